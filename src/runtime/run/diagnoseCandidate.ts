import type { MergeCandidate, ValidateCandidate } from '../merge/mergeRequest';
import type { RunContext } from './runContext';

/** An error that a language service reports; `file` with `/`, relative to the worktree, `line` from 1. */
export type ReportedError = {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly source?: string | undefined;
};

/**
 * Asks who knows the languages of these files, in a window, for their errors. `looked`: of how many files something could be said.
 * Never longer than a few seconds, and never a reason to reject.
 */
export type Diagnose = (request: {
  /** Absolute. */
  readonly worktree: string;
  readonly files: readonly string[];
  readonly signal: AbortSignal;
}) => Promise<{ readonly looked: number; readonly errors: readonly ReportedError[] }>;

/** More would keep the queue waiting, and nobody reads them. */
const most = { files: 50, errors: 50 };

type DiagnosisContext = Pick<RunContext, 'git' | 'journal' | 'logger'>;

/**
 * The project's checks, and behind them what language services say of the files that a candidate changes: evidence in the journal,
 * which decides nothing. A project without checks is not looked at: its candidates are checked out nowhere.
 */
export function alsoDiagnosed(
  context: DiagnosisContext,
  validate: ValidateCandidate<string> | undefined,
  diagnose: Diagnose | undefined,
): ValidateCandidate<string> | undefined {
  if (!diagnose || !validate) return validate;
  return async (candidate, signal) => {
    const red = await validate(candidate, signal);
    if (red !== undefined) return red;
    await note(context, candidate, diagnose, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      context.logger.warn(`nobody says which errors are in ${candidate.commit}: ${String(error)}`);
    });
    return undefined;
  };
}

async function note(
  { git, journal }: DiagnosisContext,
  { commit, before, worktree, requests }: MergeCandidate,
  diagnose: Diagnose,
  signal: AbortSignal,
): Promise<void> {
  const range = ['diff', '--name-only', '-z', '--no-renames', '--diff-filter=AMT', before, commit, '--'];
  const { stdout } = await git.run(range, { cwd: worktree, signal });
  const files = stdout.split('\0').filter(name => name !== '');
  if (files.length === 0) return;
  const { looked, errors } = await diagnose({ worktree, files: files.slice(0, most.files), signal });
  signal.throwIfAborted();
  if (looked === 0) return;
  const told = errors.slice(0, most.errors).map(({ source, ...error }) => ({ ...error, ...(source === undefined ? {} : { source }) }));
  const threads = requests.map(({ thread }) => thread);
  journal.append({ kind: 'merge.diagnosed', commit, threads, looked, errors: told, found: errors.length });
}
