import path from 'node:path';
import { silentLogger } from '../../../src/common/logger';
import type { DeliveryContext } from '../../../src/runtime/delivery/carryOut';
import type { UserCommand } from '../../../src/domain/merge/validation';
import { Git } from '../../../src/runtime/git/git';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import type { Write } from '../../../src/runtime/journal/appender';
import { Journal } from '../../../src/runtime/journal/journal';
import { MergeQueue } from '../../../src/runtime/merge/mergeQueue';
import { Effects } from '../../../src/runtime/run/effects';
import { validationOf } from '../../../src/runtime/run/validateCandidate';
import { diskContent } from '../../support/diskContent';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

export const streamId = '001-x';
export const stage = { id: '01', name: 'Foundation' };
export const integration = `refs/heads/work/${streamId}`;
/** A name that a shell, a line or a listing could break at. */
export const oddName = 'new folder/ü: "n" $(x).txt';

/** Everything git and the disk tell of a checkout. */
export type Witness = {
  readonly refs: string;
  readonly head: string;
  readonly index: string;
  readonly status: string;
  readonly disk: ReadonlyMap<string, string>;
};

export type DeliveryFixture = {
  readonly repository: TemporaryRepository;
  readonly git: Git;
  readonly base: string;
  /** The tip of the integration branch, where it began: changes, deletes, and makes files. */
  readonly tip: string;
  /** A driver's context on the journal; the next call is the next driver. */
  readonly open: (write?: Write) => Promise<DeliveryContext & { readonly journal: Journal }>;
  /** Adds a commit to the integration branch. */
  readonly work: (files: Readonly<Record<string, string | Buffer>>, gone?: readonly string[]) => Promise<string>;
  readonly witness: (checkout?: string) => Promise<Witness>;
  readonly dispose: () => Promise<void>;
};

/** The user's `main` with a workstream that began there and has merged work on its integration branch. */
export async function deliveryFixture(
  options: { readonly branch?: string | null; readonly checks?: readonly UserCommand[] } = {},
): Promise<DeliveryFixture> {
  const repository = await temporaryRepository({
    name: 'deliver in ü',
    files: {
      'a.txt': 'one\n',
      'b.txt': 'b\n',
      'gone.txt': 'gone\n',
      'folder/deep.txt': 'deep\n',
      '.gitignore': '*.ignored\n',
      'work/001-x/tasks.json': '[]\n',
    },
  });
  const { root } = repository;
  const git = new Git(root);
  const base = await repository.git(['rev-parse', 'HEAD']);
  const elsewhere = path.join(root, '..', 'agent');
  await repository.git(['worktree', 'add', '--quiet', '-b', `work/${streamId}`, elsewhere, base]);
  const work: DeliveryFixture['work'] = async (files, gone = []) => {
    await repository.git(['checkout', '--quiet', `work/${streamId}`], elsewhere);
    if (gone.length > 0) await repository.git(['rm', '--quiet', '--', ...gone], elsewhere);
    await repository.write(files, elsewhere);
    await repository.git(['add', '--force', '--', ...Object.keys(files)], elsewhere); // what the project ignores, too
    const commit = await repository.commit('Work', elsewhere);
    await repository.git(['checkout', '--quiet', '--detach'], elsewhere); // the branch is checked out nowhere
    return commit;
  };
  const tip = await work({ 'a.txt': 'two\n', 'folder/more.txt': 'more\n', [oddName]: 'new\n', 'made.ignored': 'made\n' }, ['gone.txt']);
  const journals: Journal[] = [];
  let epoch = 0;
  const open: DeliveryFixture['open'] = async write => {
    journals.at(-1)?.close();
    const clock = { now: () => 1_700_000_000_000 + epoch * 1000 };
    const file = path.join(root, '.git', 'work', streamId, 'journal.jsonl');
    const journal = await Journal.open(file, { clock, epoch: ++epoch, logger: silentLogger, ...(write ? { write } : {}) });
    journals.push(journal);
    if (journal.state.runs.length === 0) {
      const branch = options.branch === undefined ? 'main' : options.branch;
      journal.append({ kind: 'run.started', run: 'run-1', batch: '01.01', threads: ['01.01.01'], isolation: 'task', base, branch });
    }
    const worktrees = new Worktrees(git, { directory: path.join(root, '..', 'worktrees') });
    const journalFolder = path.dirname(file);
    const checking = {
      ...{ journal, journalFolder, streamId, root, validation: { commands: options.checks ?? [], timeLimit: 60_000 } },
      observer: { notice: () => undefined, threadStarted: () => undefined },
      endProcesses: () => Promise.resolve(),
    };
    return {
      ...{ git, journal, journalFolder, effects: new Effects(journal), streamId, streamTitle: 'Router', clock, logger: silentLogger },
      queue: new MergeQueue({ git, worktrees, streamId, strategy: 'no-ff' }),
      validate: validationOf(checking),
    };
  };
  return {
    repository,
    git,
    base,
    tip,
    open,
    work,
    async witness(checkout = root) {
      const [refs, head, index, status, disk] = await Promise.all([
        repository.git(['for-each-ref']),
        repository.git(['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD'], checkout),
        repository.git(['ls-files', '--stage', '-z'], checkout),
        repository.git(['--no-optional-locks', 'status', '--porcelain', '--untracked-files=all', '--ignored', '-z'], checkout),
        diskContent(checkout),
      ]);
      return { refs, head, index, status, disk };
    },
    async dispose() {
      for (const journal of journals) journal.close();
      await repository.dispose();
    },
  };
}
