import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLogger, type Logger } from '../../common/logger';
import { gitEnvironment } from './gitEnvironment';
import { GitError, gitFailure, isGitError } from './gitError';
import { spawnGit, type GitProcessResult } from './gitProcess';

export type GitRunOptions = {
  /** The repository's root when not given. */
  readonly cwd?: string | undefined;
  /** Exit codes that are answers; 0 always is. */
  readonly allowExit?: readonly number[] | undefined;
  /** Variables of this call alone, for example `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type GitResult = { readonly stdout: string; readonly stderr: string; readonly exitCode: number };
export type GitBytes = { readonly stdout: Buffer; readonly stderr: string; readonly exitCode: number };
export type GitHead = {
  readonly sha?: string | undefined;
  /** Short name; absent when HEAD is detached. */ readonly branch?: string | undefined;
};
export type GitVersion = { readonly major: number; readonly minor: number; readonly patch: number; readonly text: string };

/** As the old value: the ref must not exist yet. */
export const noCommit = '0'.repeat(40);

const lockPauses: readonly number[] = [50, 100, 200, 400, 800, 1600];

/**
 * The one way to git. Arguments are arrays, the environment is fixed, no hook runs and nothing asks; a non-zero exit is a
 * `GitError` unless the caller allows it. An aborted call rejects with the signal's reason.
 */
export class Git {
  private readonly environment: Readonly<Record<string, string>>;
  private readonly logger: Logger;
  private commonFolder: Promise<string> | undefined;

  constructor(
    readonly root: string,
    options: { readonly logger?: Logger | undefined; readonly environment?: NodeJS.ProcessEnv | undefined } = {},
  ) {
    this.environment = gitEnvironment(options.environment ?? process.env);
    this.logger = options.logger ?? silentLogger;
  }

  /** @throws {GitError} when git ends with a code that is neither 0 nor in `allowExit`. */
  async run(args: readonly string[], options: GitRunOptions = {}): Promise<GitResult> {
    return text(await this.bytes(args, undefined, options));
  }

  /** As `run`, with `input` on git's standard input. */
  async input(args: readonly string[], input: string | Buffer, options: GitRunOptions = {}): Promise<GitResult> {
    return text(await this.bytes(args, input, options));
  }

  /** As `input`, with the output as the bytes that git wrote. */
  async bytes(args: readonly string[], input?: string | Buffer, options: GitRunOptions = {}): Promise<GitBytes> {
    return this.call(args, options, (cwd, environment) => spawnGit({ args, cwd, environment, signal: options.signal }, input));
  }

  /** Writes what git prints into a stream, however much it is; resolves when all of it is written. */
  async pipe(args: readonly string[], output: Writable, options: GitRunOptions = {}): Promise<void> {
    const written = finished(output);
    written.catch(() => undefined); // told below, once git has ended
    await this.call(args, options, (cwd, environment) => spawnGit({ args, cwd, environment, signal: options.signal, output }));
    await written;
  }

  /** Repeats `act` while another process holds one of git's locks or is adding a worktree, for about three seconds; then the error stands. */
  async whileLocked<T>(act: (attempt: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await act(attempt);
      } catch (error) {
        const wait = lockPauses[attempt];
        if (wait === undefined || !isGitError(error, 'locked', 'half-written')) throw error;
        this.logger.debug(`${error.message} Trying again in ${wait} ms.`);
        await pause(wait, undefined, { signal });
      }
    }
  }

  /** The absolute `.git` folder that all worktrees of the repository share. */
  commonDir(): Promise<string> {
    this.commonFolder ??= this.run(['rev-parse', '--git-common-dir'])
      .then(({ stdout }) => path.resolve(this.root, stdout.replace(/\r?\n$/, '')))
      .catch((error: unknown) => {
        this.commonFolder = undefined;
        throw error;
      });
    return this.commonFolder;
  }

  async version(): Promise<GitVersion> {
    const { stdout } = await this.run(['version']);
    const [major = 0, minor = 0, patch = 0] = (/(\d+)\.(\d+)(?:\.(\d+))?/.exec(stdout)?.slice(1) ?? []).map(part => Number(part || 0));
    return { major, minor, patch, text: stdout.replace(/^git version/, '').trim() };
  }

  /** Where HEAD of the given worktree (default: the root) is; no `sha` before the first commit. */
  async head(cwd?: string): Promise<GitHead> {
    const commit = await this.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd, allowExit: [1] });
    const symbolic = await this.run(['symbolic-ref', '--quiet', 'HEAD'], { cwd, allowExit: [1] });
    const branch = symbolic.stdout.trim().replace(/^refs\/heads\//, '');
    return { ...(commit.exitCode === 0 ? { sha: commit.stdout.trim() } : {}), ...(branch === '' ? {} : { branch }) };
  }

  /** `Name <address>` as git would sign a commit now, or undefined when it would refuse to. */
  async identity(): Promise<string | undefined> {
    const { stdout, exitCode } = await this.run(['var', 'GIT_COMMITTER_IDENT'], { allowExit: [128] });
    return exitCode === 0 ? /^(.*>)/.exec(stdout)?.[1] : undefined;
  }

  /** The id of the commit that `ref` names, or undefined when it names none. */
  async resolve(ref: string, cwd?: string): Promise<string | undefined> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
    const { stdout, stderr, exitCode } = await this.run(args, { cwd, allowExit: [1, 128] });
    const failure = exitCode === 128 ? gitFailure(args, cwd ?? this.root, exitCode, stderr) : undefined;
    if (failure?.reason === 'not-a-repository') throw failure;
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  /** `ref` is a full name: `refs/heads/main`. */
  async refExists(ref: string): Promise<boolean> {
    return (await this.run(['show-ref', '--verify', '--quiet', '--', ref], { allowExit: [1, 128] })).exitCode === 0;
  }

  /** Whether `descendant` holds `ancestor` (or is it). @throws {GitError} `unknown-revision` */
  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.run(['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant], { allowExit: [1] })).exitCode === 0;
  }

  /**
   * Moves `ref` (a full name) from `before` to `after` in one step; `noCommit` as `before` creates it, no `before` does not look.
   * @throws {GitError} `ref-moved` when it is not at `before`; `name-taken` when another ref's name is in the way.
   */
  async updateRef(ref: string, after: string, before?: string, message = 'work'): Promise<void> {
    await this.whileLocked(() => this.run(['update-ref', '-m', message, ref, after, ...(before === undefined ? [] : [before])]));
  }

  /** @throws {GitError} `ref-moved` when the ref is not at `before`. */
  async deleteRef(ref: string, before?: string): Promise<void> {
    await this.whileLocked(() => this.run(['update-ref', '-d', ref, ...(before === undefined ? [] : [before])]));
  }

  private async call(
    args: readonly string[],
    { cwd = this.root, allowExit = [], env, signal }: GitRunOptions,
    start: (cwd: string, environment: Readonly<Record<string, string>>) => Promise<GitProcessResult>,
  ): Promise<GitBytes> {
    signal?.throwIfAborted();
    if (!(await isFolder(cwd))) throw new GitError('no-folder', `The folder ${cwd} does not exist.`);
    const started = performance.now();
    const { stdout, stderr, exitCode, missing } = await start(cwd, { ...this.environment, ...env }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new GitError('failed', `git ${args[0] ?? ''} could not be run: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    });
    this.logger.debug(`git ${args.join(' ')} → ${exitCode ?? 'stopped'} in ${Math.round(performance.now() - started)} ms (${cwd})`);
    if (exitCode === 0 || (exitCode !== undefined && allowExit.includes(exitCode))) return { stdout, stderr: stderr.toString(), exitCode };
    signal?.throwIfAborted();
    if (missing) throw new GitError('not-found', 'git was not found. Install git 2.38 or newer and make sure that it is on the PATH.');
    throw gitFailure(args, cwd, exitCode, stderr.toString());
  }
}

function text({ stdout, ...rest }: GitBytes): GitResult {
  return { stdout: stdout.toString(), ...rest };
}

function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    stats => stats.isDirectory(),
    () => false,
  );
}
