import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ToolCall } from '../../domain/monitor/evidence';
import { pathChanges } from '../git/changes';
import type { Git } from '../git/git';
import { belongsToAttempt } from '../opencode/attemptProcesses';
import { linuxPids } from '../opencode/processes';

export type ProbeOptions = {
  /** Of the repository. */
  readonly git: Git;
  /** Attempts of different workstreams and repositories may have the same id. */
  readonly attempt: string;
  readonly stream: string;
  /** The worktree. */
  readonly directory: string;
};

/** Of more changed files than these, the times are not compared. */
const mostFiles = 200;

/** Looks at what a silent tool does without saying so: whether a process of it lives, and whether files of the worktree change. */
export class ToolProbe {
  private before: string | undefined;
  private call: string | undefined;
  private sawProcess = false;
  /** As `SessionFamily.now` takes it; times are the caller's. */
  result: { process: ToolCall['process']; filesAt: number | undefined } = { process: undefined, filesAt: undefined };

  constructor(private readonly options: ProbeOptions) {}

  /** `call`: which one runs; what was seen of another one counts no more. @throws when git fails. */
  async look(call: string, at: number): Promise<void> {
    if (call !== this.call) {
      this.call = call;
      this.sawProcess = false;
      this.before = undefined;
      this.result = { process: undefined, filesAt: undefined };
    }
    const alive = await hasProcess(this.options);
    this.sawProcess ||= alive === true;
    const files = await this.fingerprint();
    const changed = this.before !== undefined && this.before !== files;
    this.before = files;
    this.result = {
      process: alive === true ? 'alive' : alive === false && this.sawProcess ? 'gone' : undefined, // one never seen proves nothing
      filesAt: changed ? at : this.result.filesAt,
    };
  }

  private async fingerprint(): Promise<string> {
    const { git, directory } = this.options;
    const changes = await pathChanges(git, directory);
    const times = changes.slice(0, mostFiles).map(async change => {
      const found = await stat(path.join(directory, change.path)).catch(() => undefined);
      return `${change.index}${change.worktree} ${change.path} ${found?.mtimeMs ?? ''} ${found?.size ?? ''}`;
    });
    return (await Promise.all(times)).join('\n');
  }
}

/** Whether any process of this user was started for the attempt; undefined where the platform does not say. */
async function hasProcess({ attempt, stream, git }: ProbeOptions): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return undefined;
  const owner = { attempt, stream, root: git.root };
  const theirs = await Promise.all((await linuxPids()).map(pid => belongsToAttempt(pid, owner)));
  return theirs.includes(true);
}
