import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { victims, type Trial, type Victim } from './crashPoints';

export type TrialResult = Pick<Trial, 'name' | 'group' | 'victim'> & {
  /** The point was reached; a moment may come too late. */
  readonly isHit: boolean;
  readonly isSame: boolean;
  /** What was different, and what the drivers said. */
  readonly story?: string;
  /** The commit whose program was tried. */
  readonly commit: string;
};

type Header = { readonly seed: number };

/** What was tried, in a file of JSON lines that a later run goes on from; the last line of a name counts. */
export class CrashResults {
  private readonly byName = new Map<string, TrialResult>();
  readonly seed: number;

  /** Without a file they are kept for this run alone. @throws {Error} when the file was begun with another seed than the one asked for. */
  constructor(
    private readonly file: string | undefined,
    seed: number | undefined,
  ) {
    const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    const [header, ...results] = lines.map(line => JSON.parse(line) as unknown);
    const begun = (header as Header | undefined)?.seed;
    if (begun !== undefined && seed !== undefined && begun !== seed) throw new Error(`${file ?? ''} was begun with the seed ${begun}`);
    this.seed = begun ?? seed ?? Date.now() % 1_000_000;
    for (const result of results as TrialResult[]) this.byName.set(result.name, result);
    if (begun === undefined && file !== undefined) {
      mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
      appendFileSync(file, `${JSON.stringify({ seed: this.seed })}\n`);
    }
  }

  add(result: TrialResult): void {
    this.byName.set(result.name, result);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }

  /** What ended differently is tried again. */
  isThrough({ name }: Trial): boolean {
    return this.byName.get(name)?.isSame === true;
  }

  get different(): readonly TrialResult[] {
    return [...this.byName.values()].filter(({ isSame }) => !isSame);
  }

  /** How many of them were tried with each commit. */
  get commits(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { commit } of this.byName.values()) counts.set(commit, (counts.get(commit) ?? 0) + 1);
    return counts;
  }

  /** One row for each kind of point; for each victim how many came to the same end, of how many. `all`: what there is to try. */
  table(all: readonly Trial[]): string {
    const groups = [...new Set(all.map(({ group }) => group))];
    const rows = groups.map(group => [group, ...victims.map(victim => this.cell(all, group, victim))]);
    const total = ['all', ...victims.map(victim => this.cell(all, undefined, victim))];
    const head = ['same end / tried of all', ...victims];
    const width = Math.max(...[head, ...rows].map(([name = '']) => name.length)) + 2;
    return [head, ...rows, total]
      .map(([name = '', ...cells]) => `${name.padEnd(width)}${cells.map(cell => cell.padStart(18)).join('')}`)
      .join('\n');
  }

  private cell(all: readonly Trial[], group: string | undefined, victim: Victim): string {
    const wanted = all.filter(trial => (group === undefined || trial.group === group) && trial.victim === victim);
    const tried = wanted.flatMap(({ name }) => this.byName.get(name) ?? []);
    return `${tried.filter(({ isSame }) => isSame).length} / ${tried.length} of ${wanted.length}`;
  }
}
