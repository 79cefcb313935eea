import type { Random } from './random';

/** What a thread of a random plan adds. Thread n writes file `<n>.txt`. */
export type PlannedThread = {
  readonly id: string;
  /** Its file's text; `BAD` and `HANG` in it make every tree red that holds it, `PAIR-k` a tree that holds two of it. */
  readonly text: string;
  /** What it makes of the one line of `shared.txt`. */
  readonly shared: string | undefined;
};

export type MergePlan = {
  readonly threads: readonly PlannedThread[];
  readonly limit: number;
  readonly strategy: 'no-ff' | 'squash';
  /** How many threads wait at the beginning; the others come while the first validation runs. */
  readonly atOnce: number;
  /** The how many-th run of the check fails by chance; 0 for none. */
  readonly alarm: number;
  /** The driver dies instead of its how many-th line of the journal; 0 for never. */
  readonly dies: number;
};

export type ThreadEnd = 'landed' | 'rejected' | 'conflict';

/** @param most How many threads at most; fewer where one hangs, because each check of it lasts as long as it may. */
export function randomPlan(random: Random, most: number, mayHang: boolean): MergePlan {
  const hangs = mayHang && random(1, 8) === 1;
  const count = random(2, hangs ? Math.min(3, most) : most);
  const badness = [0, 0, 0, 10, 20, 50][random(0, 5)] ?? 0;
  const pairs = [0, 0, 1, 2][random(0, 3)] ?? 0;
  const texts = Array.from({ length: count }, (_, index) => (random(1, 100) <= badness ? `BAD ${index}` : `fine ${index}`));
  if (hangs) texts[random(0, count - 1)] = 'HANG';
  for (let pair = 0; pair < pairs; pair++) {
    for (const index of [random(0, count - 1), random(0, count - 1)]) texts[index] = `${texts[index] ?? ''} PAIR-${pair}`;
  }
  const conflicts = random(0, 2) === 0;
  return {
    threads: texts.map((text, index) => ({
      id: `01.01.${String(index + 1).padStart(2, '0')}`,
      text,
      shared: conflicts && random(0, 2) === 0 ? `by ${index}` : undefined,
    })),
    limit: [2, 3, 5, 10][random(0, 3)] ?? 10,
    strategy: random(1, 5) === 1 ? 'squash' : 'no-ff',
    atOnce: random(1, 3) === 1 ? random(1, count) : count,
    alarm: random(1, 3) === 1 ? random(1, 6) : 0,
    dies: random(1, 5) <= 2 ? random(1, 3 * count) : 0,
  };
}

/** How each thread ends when the threads are taken one by one: by the texts alone, without git. */
export function oneByOne({ threads }: MergePlan): readonly ThreadEnd[] {
  const landed: PlannedThread[] = [];
  return threads.map(thread => {
    if (thread.shared !== undefined && landed.some(({ shared }) => shared !== undefined)) return 'conflict';
    const texts = [...landed, thread].map(({ text }) => text);
    const isRed =
      texts.some(text => /BAD|HANG/.test(text)) || [0, 1].some(pair => texts.filter(text => text.includes(`PAIR-${pair}`)).length > 1);
    if (isRed) return 'rejected';
    landed.push(thread);
    return 'landed';
  });
}

/** The plan's check, a program in the repository. With a file's name it counts its runs there and fails on the given one. */
export const checkProgram = `
const fs = require('node:fs');
const [counter, alarm] = process.argv.slice(2);
if (counter) {
  fs.appendFileSync(counter, '.');
  if (fs.statSync(counter).size === Number(alarm)) { console.error('by chance'); process.exit(7); }
}
const texts = fs.readdirSync('.').filter(name => /^[0-9]+\\.txt$/.test(name)).map(name => fs.readFileSync(name, 'utf8'));
if (texts.some(text => text.includes('HANG'))) setInterval(() => undefined, 1000);
else {
  const pairs = [0, 1].filter(pair => texts.filter(text => text.includes('PAIR-' + pair)).length > 1);
  const bad = texts.filter(text => text.includes('BAD'));
  if (bad.length + pairs.length > 0) { console.error('red: ' + [...bad, ...pairs].join(', ')); process.exit(3); }
}
`;
