import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../src/common/clock';
import { silentLogger } from '../../src/common/logger';
import type { NewJournalEvent } from '../../src/domain/journal/events';
import { Journal } from '../../src/runtime/journal/journal';
import { journalFile, journalFolder } from '../../src/runtime/journal/journalPaths';
import { temporaryRepository, type TemporaryRepository } from './gitRepository';

type Files = Readonly<Record<string, string | Buffer>>;

/** A repository with a workstream's integration branch, in which threads work and are merged as a run does it. */
export class ReviewFixture {
  private attempts = 0;

  private constructor(
    readonly repository: TemporaryRepository,
    readonly stream: string,
    /** The commit it all starts from. */
    readonly start: string,
  ) {}

  static async make(files: Files, stream = '001-sample'): Promise<ReviewFixture> {
    const repository = await temporaryRepository({ files });
    const start = await repository.git(['rev-parse', 'HEAD']);
    await repository.git(['branch', `work/${stream}`]);
    const fixture = new ReviewFixture(repository, stream, start);
    await fixture.journal({ kind: 'run.started', run: 'r', batch: '01.01', threads: [], isolation: 'task', base: start, branch: 'main' });
    return fixture;
  }

  async journal(...events: readonly NewJournalEvent[]): Promise<void> {
    const folder = journalFolder(path.join(this.repository.root, '.git'), this.stream);
    await mkdir(folder, { recursive: true });
    const journal = await Journal.open(journalFile(folder), { clock: systemClock, epoch: 1, logger: silentLogger });
    for (const event of events) journal.append(event);
    journal.close();
  }

  /** A worktree for an attempt at `task`, begun at `base` (the integration branch's commit when not given). */
  async begin(task: string, base?: string): Promise<{ readonly attempt: string; readonly worktree: string }> {
    const { repository, stream } = this;
    const number = ++this.attempts;
    const from = base ?? (await repository.git(['rev-parse', `work/${stream}`]));
    const worktree = path.join(repository.root, '..', `w${number}`);
    await repository.git(['worktree', 'add', '--quiet', '-b', `task/${number}`, worktree, from]);
    const attempt = `${task}#${number}`;
    const thread = task.split('.').slice(0, 3).join('.');
    const place = { worktree, branch: `task/${number}`, base: from };
    await this.journal(
      { kind: 'thread.started', run: 'r', thread },
      { kind: 'attempt.started', run: 'r', attempt, task, thread, number, record: 'x', agent: 'a', model: null, ...place },
      { kind: 'effect.intended', effect: 'session', key: `${attempt}/session`, intent: {} },
      { kind: 'effect.done', effect: 'session', key: `${attempt}/session`, evidence: { session: `ses_${number}` } },
    );
    return { attempt, worktree };
  }

  /** Writes the files in the attempt's worktree (null deletes) and ends it with a commit. */
  async finish({ attempt, worktree }: { readonly attempt: string; readonly worktree: string }, files: Files): Promise<string> {
    await this.repository.write(files, worktree);
    const commit = await this.repository.commit(`Work of ${attempt}`, worktree);
    await this.journal({ kind: 'attempt.finished', attempt, outcome: 'completed', commit });
    return commit;
  }

  /** Merges a commit into the integration branch, and journals that. */
  async merge(thread: string, commit: string): Promise<string> {
    const { repository, stream } = this;
    const branch = `work/${stream}`;
    const before = await repository.git(['rev-parse', branch]);
    const tree = (await repository.git(['merge-tree', '--write-tree', before, commit])).split('\n')[0] ?? '';
    const merged = await repository.git(['commit-tree', tree, '-p', before, '-p', commit, '-m', `Merge thread ${thread}`]);
    await repository.git(['update-ref', `refs/heads/${branch}`, merged]);
    await this.journal({ kind: 'merge.landed', thread, commit: merged, before, branch });
    return merged;
  }
}
