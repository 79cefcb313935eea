import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Git } from '../../src/runtime/git/git';
import { Removal } from '../../src/runtime/git/removal';
import { Snapshots } from '../../src/runtime/git/snapshots';
import { Worktrees } from '../../src/runtime/git/worktrees';
import { diskContent } from './diskContent';
import { runGit, temporaryRepository, type TemporaryRepository } from './gitRepository';
import type { Random } from './random';
import { changeAtRandom, startingFiles } from './randomWorktree';
import { restoreStream, restoreTask, type KilledStep } from './restoreChild';

export type RoundReport = {
  /** How often each thing was done. */
  readonly counts: ReadonlyMap<string, number>;
  /** What is not as it was; empty when all is. */
  readonly faults: readonly string[];
};

type Seen = { readonly disk: ReadonlyMap<string, string>; readonly head: string; readonly index: string };

/** How the command that runs `runRestoreStep` is killed: at a point that it counts to itself, or, half of the times, at some moment. */
export type KilledChild = { readonly command: readonly string[]; readonly kills: 'at points' | 'at points and moments' };

/**
 * A worktree that is changed, removed and restored a few times at random, with processes killed in the middle of it. What is
 * killed at points alone does not depend on the machine's speed.
 */
export async function playRestoreRound(random: Random, child: KilledChild): Promise<RoundReport> {
  const repository = await temporaryRepository({ name: 'wörk tree', files: startingFiles });
  try {
    await repository.git(['config', 'filter.up.clean', 'tr a-z A-Z']);
    await repository.git(['config', 'filter.up.smudge', 'tr A-Z a-z']);
    return await new Round(repository, random, child).play();
  } finally {
    await repository.dispose();
  }
}

class Round {
  private readonly counts = new Map<string, number>();
  private readonly faults: string[] = [];
  private readonly git: Git;
  private readonly snapshots: Snapshots;
  private readonly removal: Removal;
  private readonly worktrees: Worktrees;
  private place = '';
  /** Milliseconds that a step takes here, and points that it has, so that kills fall into it. */
  private usual = 400;
  private readonly points: Record<KilledStep, number> = { take: 60, remove: 90, restore: 40 };

  constructor(
    private readonly repository: TemporaryRepository,
    private readonly random: Random,
    private readonly child: KilledChild,
  ) {
    this.git = new Git(repository.root);
    this.snapshots = new Snapshots(this.git);
    this.worktrees = new Worktrees(this.git, { directory: path.join(repository.root, '.worktrees') });
    this.removal = new Removal(this.git, this.snapshots, { directory: this.worktrees.directory });
  }

  async play(): Promise<RoundReport> {
    ({ path: this.place } = await this.worktrees.add({ name: 'a', branch: 'task/a', base: 'main' }));
    const cycles = this.random(1, 3);
    for (let cycle = 1; cycle <= cycles && this.faults.length === 0; cycle++) {
      for (let left = this.random(1, 10); left > 0; left--) this.count(await changeAtRandom(this.place, this.random));
      await this.removeAndRestore(`cycle ${cycle}`);
    }
    await this.lookForLeftovers();
    return { counts: this.counts, faults: this.faults };
  }

  private async removeAndRestore(when: string): Promise<void> {
    const before = await this.see();
    if (this.random(0, 2) === 0) {
      await this.kill('take');
      this.compare(`${when}: after a killed snapshot`, before, await this.see());
    }
    while (this.random(0, 1) === 0 && existsSync(this.place)) {
      await this.kill('remove');
      await this.removal.finish();
      if (existsSync(this.place)) this.compare(`${when}: after a killed removal`, before, await this.see());
      else this.count('killed removal that was finished');
    }
    const kept = existsSync(this.place) ? await this.remove() : (await this.snapshots.list())[0]?.ref;
    await this.repository.git(['reflog', 'expire', '--expire=now', '--all']);
    await this.repository.git(['gc', '--prune=now', '--quiet']);
    if (kept === undefined) return this.addAgain(when, before);
    while (this.random(0, 1) === 0 && (await this.wholeWorktree()) === undefined) await this.kill('restore', kept);
    this.place = (await this.wholeWorktree()) ?? (await this.snapshots.restore(kept, this.worktrees.directory)).worktree;
    this.count('restored');
    this.compare(`${when}: after the restoration`, before, await this.see());
  }

  private async remove(): Promise<string | undefined> {
    const { snapshot, finished } = await this.removal.remove({
      worktree: this.place,
      stream: restoreStream,
      task: restoreTask,
      branch: 'task/a',
      mergedInto: 'refs/heads/main',
    });
    this.count('removed');
    if (!finished || existsSync(this.place)) this.faults.push('a removal did not end');
    return snapshot;
  }

  /** A restoration that was killed after its last byte is a whole worktree; another one would come beside it. */
  private async wholeWorktree(): Promise<string | undefined> {
    return (await this.worktrees.list()).find(({ isMain, locked }) => !isMain && locked === undefined)?.path;
  }

  /** Nothing was kept, so nothing may have been there that commits do not hold; folders without a file are nothing by themselves. */
  private async addAgain(when: string, before: Seen): Promise<void> {
    this.count('nothing to keep');
    const head = before.head.split(' ')[0] ?? '';
    await this.repository.git(['worktree', 'add', '--quiet', '--detach', this.place, head]);
    await this.repository.git(['checkout', '--quiet', '-B', 'task/a'], this.place);
    const after = await this.see();
    this.compare(`${when}: after nothing was kept`, { disk: withFiles(before.disk), head: after.head, index: after.index }, after);
  }

  private async see(): Promise<Seen> {
    const disk = [...(await diskContent(this.place))].filter(([name]) => !name.startsWith('build/'));
    const ask = (...args: string[]) => runGit(args, this.place).catch(() => 'none');
    const branch = (await ask('symbolic-ref', '--quiet', 'HEAD')).replace(/-restored(-\d+)?$/, '');
    return {
      disk: new Map(disk),
      head: `${await ask('rev-parse', 'HEAD')} ${branch}`,
      // not the status: what that says of a file depends on when git looked at it last, once its attributes changed
      index: await ask('ls-files', '--stage', '-v'),
    };
  }

  private compare(when: string, before: Seen, after: Seen): void {
    for (const name of new Set([...before.disk.keys(), ...after.disk.keys()])) {
      const [was, is] = [before.disk.get(name), after.disk.get(name)];
      if (was !== is) this.faults.push(`${when}: ${JSON.stringify(name)} was ${shorten(was)}, is ${shorten(is)}`);
    }
    if (before.head !== after.head) this.faults.push(`${when}: HEAD was ${before.head}, is ${after.head}`);
    if (before.index !== after.index) this.faults.push(`${when}: the index was\n${before.index}\nis\n${after.index}`);
  }

  /** Runs a step in a process of its own that does not come to its end, unless it had fewer points, or was faster, than most. */
  private async kill(step: KilledStep, ref = '-'): Promise<void> {
    const isAtPoint = this.child.kills === 'at points' || this.random(0, 1) === 0;
    const point = isAtPoint ? String(this.random(1, this.points[step])) : '-';
    const [program = '', ...args] = this.child.command;
    const stepper = spawn(program, [...args, step, this.repository.root, this.place, ref, point], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let output = '';
    stepper.stdout.on('data', (text: Buffer) => (output += text.toString()));
    const exit = once(stepper, 'close');
    if (!isAtPoint) await this.killAtMoment(stepper, exit);
    const [code] = (await exit) as [number | null];
    const isOver = code !== null;
    if (isOver) this.points[step] = Number(/points (\d+)/.exec(output)?.[1] ?? this.points[step]);
    if (isOver && code !== 0) this.faults.push(`${step} ended with ${code}`);
    this.count(isOver ? `${step} that ended before its kill` : `killed ${step} at a ${isAtPoint ? 'point' : 'moment'}`);
  }

  /** With the git it runs, or without. */
  private async killAtMoment(stepper: ChildProcessByStdio<null, Readable, null>, exit: Promise<unknown>): Promise<void> {
    await Promise.race([once(stepper.stdout, 'data'), exit]);
    const started = Date.now();
    await Promise.race([pause(this.random(0, this.usual)), exit]);
    const withGit = this.random(0, 1) === 0 && process.platform !== 'win32';
    if (stepper.exitCode !== null) this.usual = Math.max(50, Date.now() - started);
    else if (stepper.pid !== undefined && withGit) process.kill(-stepper.pid, 'SIGKILL');
    else stepper.kill('SIGKILL');
  }

  private async lookForLeftovers(): Promise<void> {
    await this.removal.finish();
    const commonDir = await this.git.commonDir();
    const below = (...names: string[]) => readdir(path.join(commonDir, ...names), { recursive: true }).catch(() => []);
    const left = [
      ...(await below('work', '.removals')),
      ...(await below('work', '.restorations')),
      ...(await below('refs')).filter(name => name.endsWith('.lock')),
      ...(await readdir(commonDir)).filter(name => name.startsWith('work-snapshot-')),
      ...(await readdir(this.worktrees.directory)).filter(name => name !== path.basename(this.place)),
    ];
    if (left.length > 0) this.faults.push(`left behind: ${left.join(', ')}`);
    const listed = (await this.worktrees.list()).map(({ path: place, locked }) => `${place}${locked === undefined ? '' : ` (${locked})`}`);
    const wanted = [this.repository.root, this.place];
    if (listed.join() !== wanted.join()) this.faults.push(`worktrees are ${listed.join()} instead of ${wanted.join()}`);
    const sound = await this.repository.git(['fsck', '--connectivity-only', '--no-dangling']).catch((error: unknown) => String(error));
    if (sound !== '') this.faults.push(`fsck: ${sound}`);
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** Without the folders that hold no file, at any depth. */
function withFiles(disk: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const files = [...disk].filter(([, what]) => what !== 'folder').map(([name]) => name);
  return new Map([...disk].filter(([name, what]) => what !== 'folder' || files.some(file => file.startsWith(name))));
}

function shorten(text: string | undefined): string {
  return text === undefined ? 'absent' : `${JSON.stringify(text.slice(0, 60))} (${text.length})`;
}
