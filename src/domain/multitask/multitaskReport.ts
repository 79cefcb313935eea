/** How one entry of a multitask run ended. */
export type EntryEnd = {
  readonly issue: number;
  readonly description: string;
  readonly branch: string;
  /** 0 succeeded; -1 stands for the time limit of the run, 130 for an interruption, 2 for an entry that could not begin. */
  readonly exitCode: number;
  /** Milliseconds; undefined for an entry that did not begin. */
  readonly runtime: number | undefined;
  /** Absolute. */
  readonly log: string;
};

export const modes = ['recipe', 'classic'] as const;
export type MultitaskMode = (typeof modes)[number];

export const exitCodes = { done: 0, failed: 1, unable: 2, timedOut: -1, interrupted: 130 } as const;

const double = '='.repeat(70);

/** The text of REPORT.md, as other programs read it: an empty line first, no end of line behind the last one. */
export function multitaskReport(mode: MultitaskMode, ends: readonly EntryEnd[]): string {
  const succeeded = ends.filter(({ exitCode }) => exitCode === 0).length;
  return [
    '',
    double,
    'PARALLEL WORKSTREAM REPORT',
    `Mode: ${mode}`,
    double,
    ...ends.flatMap(entryLines),
    '',
    '-'.repeat(70),
    `Total: ${ends.length} | Succeeded: ${succeeded} | Failed: ${ends.length - succeeded}`,
    double,
  ].join('\n');
}

function entryLines({ issue, description, branch, exitCode, runtime, log }: EntryEnd): readonly string[] {
  return [
    '',
    `[${issue}] ${description.replace(/\s+/g, ' ').trim()}`,
    `  Branch:  ${branch}`,
    `  Status:  ${exitCode === 0 ? 'OK' : `FAILED (exit ${exitCode})`}`,
    `  Runtime: ${runtime === undefined ? 'N/A' : `${Math.round(runtime / 1000)}s`}`,
    `  Log:     ${log}`,
  ];
}

/** The issues of a run by how they stand. */
export type MultitaskStatus = {
  readonly running: readonly number[];
  readonly completed: readonly number[];
  readonly failed: readonly number[];
};

/** What is printed of a run at each look at it. `clock`: `12:34:56`; `elapsed` in milliseconds. */
export function statusLines(clock: string, elapsed: number, { running, completed, failed }: MultitaskStatus): readonly string[] {
  const line = (label: string, issues: readonly number[]) => `  ${label.padEnd(10)} ${issues.length} [${issues.join(', ')}]`;
  return [
    `[${clock}] Status (elapsed: ${Math.floor(elapsed / 1000)}s):`,
    line('Running:', running),
    line('Completed:', completed),
    line('Failed:', failed),
  ];
}
