export type GitErrorReason =
  | 'not-found'
  | 'no-folder'
  | 'not-a-repository'
  | 'too-old'
  | 'no-commit'
  | 'no-identity'
  | 'unknown-revision'
  | 'locked'
  | 'half-written'
  | 'conflict'
  | 'ref-moved'
  | 'name-taken'
  | 'exists'
  | 'wrong-branch'
  | 'checked-out'
  | 'outside'
  | 'dirty'
  | 'no-space'
  | 'read-only'
  | 'failed';

export type GitErrorDetails = {
  readonly exitCode?: number | undefined;
  readonly stderr?: string | undefined;
  readonly cause?: unknown;
};

/** Something git refused, or that we refuse to ask of git. The message is a sentence for people. */
export class GitError extends Error {
  override readonly name = 'GitError';
  /** git's exit code, when git ran and ended by itself. */
  readonly exitCode: number | undefined;
  /** All that git wrote to its standard error. */
  readonly stderr: string;

  constructor(
    readonly reason: GitErrorReason,
    message: string,
    { exitCode, stderr = '', cause }: GitErrorDetails = {},
  ) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export function isGitError(error: unknown, ...reasons: readonly GitErrorReason[]): error is GitError {
  return error instanceof GitError && (reasons.length === 0 || reasons.includes(error.reason));
}

/** git's own words, always English because it runs with `LC_ALL=C`; the first pattern that is found counts. */
const patterns: readonly (readonly [RegExp, GitErrorReason])[] = [
  [/No space left on device|Disk quota exceeded/, 'no-space'],
  [/Read-only file system|insufficient permission for adding an object/, 'read-only'],
  [/not a git repository/, 'not-a-repository'],
  [/cannot lock ref '[^']*': '[^']*' exists; cannot create/, 'name-taken'],
  [/cannot lock ref '[^']*': (?:there is a non-empty directory|there are still refs under)/, 'name-taken'],
  [/cannot lock ref '[^']*': (?:is at|reference already exists|unable to resolve reference|reference is missing)/, 'ref-moved'],
  [
    /Unable to create '[^']*\.lock': (?:File exists|Permission denied)|could not lock config file|Another git process seems to be running/,
    'locked',
  ],
  [/failed to read \S*worktrees\/[^\n]*\/(?:commondir|gitdir)/, 'half-written'],
  [/Please tell me who you are|empty ident name|unable to auto-detect email|no (?:email|name) was given/, 'no-identity'],
  [
    /unknown revision|bad revision|Not a valid (?:object|commit) name|invalid reference|bad object|Needed a single revision|not something we can merge|could not parse (?:as )?commit/i,
    'unknown-revision',
  ],
  [/already exists|already checked out|already used by worktree|is a missing but already registered worktree/, 'exists'],
];

/** The error for a git command that ended badly; `exitCode` is undefined when a signal ended it. */
export function gitFailure(args: readonly string[], cwd: string, exitCode: number | undefined, stderr: string): GitError {
  const reason = patterns.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'failed';
  return new GitError(reason, messageOf(reason, args, cwd, exitCode, stderr), { exitCode, stderr });
}

function messageOf(reason: GitErrorReason, args: readonly string[], cwd: string, exitCode: number | undefined, stderr: string): string {
  switch (reason) {
    case 'not-a-repository':
      return `${cwd} is not in a git repository. Open a folder of one, or make it one with "git init".`;
    case 'locked':
      return `Another git command is at work: ${/'([^']*\.lock)'/.exec(stderr)?.[1] ?? 'a lock'} exists. Wait for it; if no git command is running, delete that file.`;
    case 'half-written': {
      const file = /failed to read (.*?)(?::|$)/m.exec(stderr)?.[1] ?? 'a file of a worktree';
      return `git cannot read ${file} yet: a worktree is being added, or its addition was cut off. Wait for it; if no git command is running, delete the folder of that file.`;
    }
    case 'no-space':
      return `The disk is full: git ${args[0] ?? ''} could not write in ${cwd}. Nothing is lost; make room, then try again.`;
    case 'read-only':
      return `git ${args[0] ?? ''} may not write in ${cwd}${wordsOf(stderr)} Nothing is lost; make its .git folder writable, then try again.`;
    case 'no-identity':
      return 'git does not know who you are. Set your name and address: git config --global user.name "…" and git config --global user.email "…".';
    default:
      return `git ${args[0] ?? ''} ${exitCode === undefined ? 'was stopped' : `ended with exit code ${exitCode}`} in ${cwd}${wordsOf(stderr)}`;
  }
}

/** What git says is wrong: its `fatal:` and `error:` lines, or else its last line. */
function wordsOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const told = lines.filter(line => /^(?:fatal|error): /.test(line)).map(line => line.replace(/^(?:fatal|error): /, ''));
  const words = told.length > 0 ? told.join(' ') : lines.at(-1);
  return words === undefined ? '.' : `: ${words}`;
}
