/** One way to do the same work. Gives how often it was done, for a rate; undefined for once. */
export type Contender = { readonly name: string; run(): Promise<number | undefined> | number | undefined };

/** Ours first; the others are what it is measured against. */
export type Comparison = { readonly title: string; readonly contenders: readonly [Contender, ...Contender[]] };

type Sample = { readonly milliseconds: number; readonly times: number };

/**
 * Runs the contenders in turns, `rounds` times, so that whatever else the machine does meets all of them, and describes the
 * median of the rounds: the time of one piece of work, and how many times ours is as long as each other. Ratios are of one round.
 */
export async function compare({ title, contenders }: Comparison, rounds: number): Promise<string> {
  const samples: Sample[][] = [];
  for (let round = 0; round < rounds; round++) {
    const turn: Sample[] = [];
    for (const contender of contenders) turn.push(await measure(contender));
    samples.push(turn);
  }
  const each = (pick: (turn: readonly Sample[]) => number) => median(samples.map(pick));
  const perTime = (sample: Sample | undefined) => (sample ? sample.milliseconds / sample.times : Number.NaN);
  const rows = contenders.map(({ name }, index) => {
    const ratio = each(turn => perTime(turn[index]) / perTime(turn[0]));
    return [name, formatTime(each(turn => perTime(turn[index]))), index === 0 ? '' : `${formatRatio(ratio)} of the first`];
  });
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const lines = rows.map(
    ([name = '', time = '', ratio = '']) => `  ${name.padEnd(widths[0] ?? 0)}  ${time.padStart(widths[1] ?? 0)}  ${ratio}`,
  );
  return [title, ...lines.map(line => line.trimEnd()), ''].join('\n');
}

async function measure(contender: Contender): Promise<Sample> {
  const started = performance.now();
  const times = (await contender.run()) ?? 1;
  return { milliseconds: performance.now() - started, times };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function formatTime(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds >= 1 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds * 1000).toFixed(1)} µs`;
}

const formatRatio = (ratio: number) => `${ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(2)} ×`;
