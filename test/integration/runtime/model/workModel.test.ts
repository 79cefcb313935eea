import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Emitter } from '../../../../src/common/event';
import { systemClock } from '../../../../src/common/clock';
import { silentLogger } from '../../../../src/common/logger';
import type { PlanNode, QuestionAsk, RepositorySnapshot } from '../../../../src/domain/tree/nodes';
import { allNodes } from '../../../../src/domain/tree/nodeChildren';
import { WorkFiles } from '../../../../src/runtime/files/workFiles';
import { Git } from '../../../../src/runtime/git/git';
import { Journal } from '../../../../src/runtime/journal/journal';
import { journalFile, journalFolder } from '../../../../src/runtime/journal/journalPaths';
import { readWorkstreamSnapshot } from '../../../../src/runtime/model/readWorkstreamSnapshot';
import type { RepositorySources } from '../../../../src/runtime/model/repositoryModel';
import { WorkModel, type ModelChange } from '../../../../src/runtime/model/workModel';
import { driverReader } from '../../../../src/runtime/readDriver';
import { claimDriver } from '../../../../src/runtime/recovery/driverClaim';
import { temporaryRepository, type TemporaryRepository } from '../../../support/gitRepository';
import { samplesFolder } from '../../../support/samples';
import { indexText, someStream, someTask, tasksText } from '../../../support/temporaryWork';
import { waitFor } from '../../../support/waitFor';
import { planText } from '../../../support/workstreamText';

const id = '001-sample';
const plan = planText('01.01.01 One', '01.01.02 Two');
const tasks = (status: string) => tasksText(id, [someTask('01.01.01.01', { status }), someTask('01.01.02.01')]);
const files = {
  'work/index.json': indexText([someStream(id)], id),
  [`work/${id}/PLAN.md`]: plan,
  [`work/${id}/tasks.json`]: tasks('pending'),
};

describe('WorkModel', () => {
  let repository: TemporaryRepository;
  let model: WorkModel;
  let changes: ModelChange[];
  const readDriver = () => driverReader(() => new Git(repository.root).commonDir())();

  async function open(content: Readonly<Record<string, string>>, sources: Partial<RepositorySources> = {}): Promise<void> {
    repository = await temporaryRepository({ files: content });
    const git = new Git(repository.root);
    model = new WorkModel(root => ({
      files: new WorkFiles(root),
      commonDir: () => git.commonDir(),
      readDriver: driverReader(() => git.commonDir()),
      logger: silentLogger,
      ...sources,
    }));
    changes = [];
    model.onDidChange(change => changes.push(change));
    await model.setRoots([repository.root]);
  }

  afterEach(async () => {
    model.dispose();
    await repository.dispose();
  });

  const now = (): RepositorySnapshot => model.snapshot(repository.root) ?? assert.fail('the repository is not followed');
  const node = (nodeId: string): PlanNode | undefined =>
    [...allNodes(now().stream?.stages ?? [])].find(candidate => candidate.id === nodeId);
  const running = () =>
    [...allNodes(now().stream?.stages ?? [])].filter(each => each.kind !== 'stage' && each.running).map(each => each.id);
  const changedIds = () => changes.flatMap(({ changed }) => (changed === 'all' ? ['all'] : changed.map(each => each.id)));

  it('shows a repository as soon as it is followed, and says so once', async () => {
    await open(files);
    assert.equal(model.loaded, true);
    assert.deepEqual(now().streams, [{ id, name: 'sample', status: 'pending', missing: false, current: true }]);
    assert.deepEqual([now().stream?.title, now().stream?.nextBatch, now().problems], ['Sample', '01.01', []]);
    assert.ok(changes.length > 0 && changes.every(change => change.changed === 'all'));
  });

  it('names the nodes that another program’s edit changed, and no others', async () => {
    await open(files);
    changes = [];
    await repository.write({ [`work/${id}/tasks.json`]: tasks('blocked') });
    await waitFor('the blocked task', () => node('01.01.01.01')?.status === 'blocked', { describe: () => now().stream?.stages });
    assert.deepEqual([...new Set(changedIds())], ['01', '01.01', '01.01.01', '01.01.01.01']);
  });

  it('follows the journal that somebody writes, and says that it runs only while somebody drives', async () => {
    let driving = true;
    const runs = new Emitter<unknown>();
    await open(files, { isDriving: () => driving, onDidRun: runs.event });
    const file = journalFile(journalFolder(await new Git(repository.root).commonDir(), id));
    const journal = await Journal.open(file, { clock: systemClock, epoch: 1, logger: silentLogger });
    journal.append({ kind: 'run.started', run: 'r', batch: '01.01', threads: ['01.01.01'], isolation: 'task', base: 'b', branch: 'main' });
    journal.append({ kind: 'thread.started', run: 'r', thread: '01.01.01' });
    journal.close();
    await waitFor('a running thread', () => running().includes('01.01.01'));
    assert.deepEqual(running(), ['01.01', '01.01.01']);
    driving = false;
    runs.fire(undefined);
    await waitFor('nothing running', () => running().length === 0);
  });

  it('sees somebody drive by their claim', async () => {
    await open(files);
    const commonDir = await new Git(repository.root).commonDir();
    const driver = await claimDriver(commonDir, { clock: systemClock, logger: silentLogger });
    const journal = await Journal.open(journalFile(journalFolder(commonDir, id)), { clock: systemClock, epoch: 1, logger: silentLogger });
    journal.append({ kind: 'run.started', run: 'r', batch: '01.01', threads: ['01.01.02'], isolation: 'task', base: 'b', branch: 'main' });
    await waitFor('a running batch', () => running().includes('01.01'));
    const once = await readWorkstreamSnapshot(new WorkFiles(repository.root), undefined, { readDriver });
    assert.equal(once.stages[0]?.batches[0]?.running, true);
    journal.close();
    await driver.release();
    await waitFor('nothing running after the claim is given up', () => running().length === 0);
  });

  it('gives an ask to the task of its session as it comes and takes it as it goes', async () => {
    const asked = new Emitter<unknown>();
    let pending: QuestionAsk[] = [];
    await open(files, { asks: { get pending() { return pending; }, onDidChange: asked.event } }); // prettier-ignore
    const file = journalFile(journalFolder(await new Git(repository.root).commonDir(), id));
    const journal = await Journal.open(file, { clock: systemClock, epoch: 1, logger: silentLogger });
    journal.append({
      kind: 'attempt.started',
      run: 'r',
      attempt: '01.01.01.01#1',
      task: '01.01.01.01',
      thread: '01.01.01',
      number: 1,
      record: 'x',
      agent: 'default',
      model: null,
      base: 'b',
    });
    journal.append({ kind: 'effect.done', effect: 'session', key: '01.01.01.01#1/session', evidence: { session: 'ses_1' } });
    journal.close();
    const asks = () => {
      const found = node('01.01.01.01');
      return found?.kind === 'task' ? found.asks.length : 0;
    };
    pending = [{ kind: 'question', id: 'q', directory: '/', session: 'ses_1', rootSession: 'ses_1', askedAt: 1, questions: [] }];
    asked.fire(undefined);
    await waitFor('the ask', () => asks() === 1);
    pending = [];
    asked.fire(undefined);
    await waitFor('no ask', () => asks() === 0);
  });

  it('keeps showing the plan while index.json is broken, and says where it is', async () => {
    await open(files);
    await repository.write({ 'work/index.json': '{ "version": "1.0.0",\n  oops\n' });
    const problem = await waitFor('the problem', () => now().problems[0]);
    assert.deepEqual([path.basename(problem.file), problem.severity, problem.line], ['index.json', 'error', 2]);
    assert.equal(now().stream?.id, id);
    await repository.write({ 'work/index.json': files['work/index.json'] });
    await waitFor('no problem', () => now().problems.length === 0);
  });

  it('shows a plan whose tasks.json is broken, with the problem', async () => {
    await open({ ...files, [`work/${id}/tasks.json`]: '{ "tasks": [' });
    assert.ok(node('01.01.02'));
    assert.deepEqual(now().stream?.problems.map(({ file, severity }) => [path.basename(file), severity]), [['tasks.json', 'error']]); // prettier-ignore
  });

  it('shows problems of the agents file, and that current_stream names nothing', async () => {
    await open({ ...files, 'work/index.json': indexText([someStream(id)], '009-gone'), 'work/agents.yaml': 'agents:\n  - name: x\n' });
    assert.deepEqual(now().problems.map(({ file, severity }) => [path.basename(file), severity]), [['agents.yaml', 'error'], ['index.json', 'warning']]); // prettier-ignore
    assert.equal(now().stream?.id, id, 'the only unfinished one is shown');
  });

  it('waits for a work folder that is not there yet', async () => {
    await open({ 'README.md': 'Nothing here.' });
    assert.deepEqual(now(), { root: repository.root, hasWork: false, streams: [], stream: undefined, problems: [] });
    await repository.write(files);
    await waitFor('the plan', () => now().stream?.id === id && node('01.01.01.01') !== undefined, { describe: now });
  });

  it('lists workstreams whose folder is missing', async () => {
    await open({ ...files, 'work/index.json': indexText([someStream(id), someStream('007-lost')], id) });
    assert.deepEqual(now().streams.map(({ id: of, missing }) => [of, missing]), [[id, false], ['007-lost', true]]); // prettier-ignore
  });

  it('shows the plan of a folder that git does not know, with the reason why there is no journal', async () => {
    await open(files);
    await rm(path.join(repository.root, '.git'), { recursive: true });
    const git = new Git(repository.root);
    const other = new WorkModel(root => ({
      files: new WorkFiles(root),
      commonDir: () => git.commonDir(),
      readDriver,
      logger: silentLogger,
    }));
    try {
      await other.setRoots([repository.root]);
      assert.equal(other.snapshot(repository.root)?.stream?.id, id);
      assert.equal(other.snapshot(repository.root)?.problems.length, 1);
    } finally {
      other.dispose();
    }
  });

  it('stops following a repository that goes, and says so', async () => {
    await open(files);
    changes = [];
    await model.setRoots([]);
    assert.deepEqual(model.repositories, []);
    assert.deepEqual(changes, [{ root: repository.root, changed: 'all' }]);
  });

  const samples = samplesFolder();
  if (samples !== undefined) {
    it('shows real workstreams without changing a byte of them', async () => {
      await open({ 'README.md': '' });
      await cp(path.join(samples, 'work'), path.join(repository.root, 'work'), { recursive: true });
      const before = await contentOf(repository.root);
      await model.refresh();
      assert.equal(now().streams.length, 17);
      assert.equal(now().streams.filter(({ missing }) => !missing).length, 3);
      for (const stream of ['001-workstream-viz', '005-session-tracking', '009-workstreams-ux-improvements']) {
        const { status, nextBatch } = await readWorkstreamSnapshot(new WorkFiles(repository.root), stream, { readDriver });
        assert.deepEqual([status, nextBatch], ['completed', null]);
      }
      assert.deepEqual(await contentOf(repository.root), before);
      await writeFile(path.join(repository.root, 'work', 'index.json'), ''); // the watcher must not be what kept it unchanged
      await waitFor('the problem', () => now().problems.some(({ file }) => file.endsWith('index.json')));
    });
  }
});

async function contentOf(root: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(path.join(root, 'work'), { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  const hashed = paths.map(
    async file =>
      [
        file,
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ] as const,
  );
  return new Map(await Promise.all(hashed));
}
