import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/common/clock';
import type { ReviewComment } from '../../../src/domain/review/reviewComments';
import type { AttemptState } from '../../../src/domain/journal/journalState';
import { readNotes } from '../../../src/runtime/journal/inbox';
import { inboxFolder, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { Git } from '../../../src/runtime/git/git';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import { Reviews } from '../../../src/runtime/review/reviews';
import { startHarness, type Harness } from '../../support/opencodeHarness';
import { batchNode, repository as repositoryOf, stageNode, taskNode, threadNode } from '../../support/planNodes';
import { ReviewFixture } from '../../support/reviewFixture';
import { waitFor } from '../../support/waitFor';

const comment = (id: string): ReviewComment => ({
  ...{ id, node: '01.01.01', folder: '/w', path: 'a.txt', revision: null, before: false, onDisk: false },
  ...{ line: 1, quote: 'a', text: `Comment ${id}.`, outdated: false, at: '2026-01-20T21:30:00.000Z' },
});

describe('Comments on their way to an agent', () => {
  let harness: Harness;
  let fixture: ReviewFixture;
  let reviews: Reviews;

  before(async () => {
    harness = await startHarness({ scripts: [{ label: 'A person looked', directives: '[[say I will.]]' }] });
    fixture = await ReviewFixture.make({ 'a.txt': 'a\n' });
  });
  after(async () => {
    await fixture.repository.dispose();
    await harness.dispose();
  });
  beforeEach(async () => {
    reviews = open();
    await reviews.store.edit(fixture.stream, () => ({ version: 1, comments: [comment('1'), comment('2')], deliveries: [] }));
  });
  afterEach(() => reviews.dispose());

  const open = () => {
    const git = new Git(fixture.repository.root);
    const { opencode } = harness;
    const commonDir = () => git.commonDir();
    return new Reviews({ root: fixture.repository.root, git, isTrusted: () => true, commonDir, opencode, clock: systemClock });
  };
  const streamOf = (attempt: Partial<AttemptState>, running: boolean) => {
    const known = { id: '01.01.01.01#1', task: '01.01.01.01', thread: '01.01.01', run: 'r', number: 1, record: 'x', agent: 'a' };
    const task = taskNode('01.01.01.01', {
      status: 'blocked',
      attempts: [{ ...known, model: null, base: fixture.start, startedAt: '', ...attempt }],
    });
    const { stream } = repositoryOf('/repo', [stageNode('01', [batchNode('01.01', [threadNode('01.01.01', [task], { running })])])]);
    const thread = stream?.stages[0]?.batches[0]?.threads[0];
    assert.ok(stream && thread);
    return { stream: { ...stream, id: fixture.stream }, thread };
  };
  const states = async () => {
    const { comments, deliveries } = await reviews.store.read(fixture.stream);
    return [
      ...comments.map(({ id, sentAt }) => `${id} ${sentAt === undefined ? 'draft' : 'sent'}`),
      ...(deliveries.length > 0 ? ['on the way'] : []),
    ];
  };

  it('reach a session at work as one message, once, although whoever sent them dies at any moment of it', async () => {
    const directory = fixture.repository.root;
    const { id: session } = await harness.opencode.sessions.create({ directory, title: 'Review' });
    const { stream, thread } = streamOf({ session }, true);
    await reviews.deliver(stream, thread, ['1', '2']);
    assert.deepEqual(await states(), ['1 sent', '2 sent']);
    const told = async () =>
      (await harness.opencode.sessions.messages(directory, session))
        .filter(({ info }) => info.role === 'user')
        .map(({ parts }) => parts.map(part => (part.type === 'text' ? part.text : '')).join(''));
    const [message = ''] = await told();
    assert.match(message, /left 2 comments[^]*1\. a\.txt:1 [^]*> a\nComment 1\.[^]*2\. a\.txt:1 [^]*Comment 2\./);
    const file = path.join(journalFolder(path.join(directory, '.git'), fixture.stream), 'review.json');
    await assert.rejects(reviews.deliver(stream, thread, ['1']), { reason: 'nothing-done' });

    // As a program that died right after it had sent the message left it: everything is on its way still.
    const { comments } = await reviews.store.read(fixture.stream);
    const [stored] = await harness.opencode.sessions.messages(directory, session);
    assert.ok(stored);
    const to = {
      kind: 'session' as const,
      attempt: '01.01.01.01#1',
      session,
      directory,
      message: stored.info.id,
      part: stored.parts[0]?.id ?? '',
      before: null,
    };
    const delivery = { id: 'd', comments: ['1', '2'], thread: '01.01.01', text: message, after: 0, to };
    await writeFile(
      file,
      JSON.stringify({ version: 1, comments: comments.map(({ sentAt: _, ...draft }) => draft), deliveries: [delivery] }),
    );
    const next = open();
    await next.settle(fixture.stream);
    next.dispose();
    assert.deepEqual(await states(), ['1 sent', '2 sent']);
    assert.equal((await told()).length, 1);

    // And one that died before it: the agent's attempt has not ended, so that the message still goes.
    await fixture.begin('01.01.01.01');
    const absent = { ...delivery, to: { ...to, message: newMessageId(), part: newPartId(), before: stored.info.id } };
    await writeFile(file, JSON.stringify({ version: 1, comments: [comment('1'), comment('2')], deliveries: [absent] }));
    await reviews.settle(fixture.stream);
    assert.deepEqual(await states(), ['1 sent', '2 sent']);
    assert.equal((await told()).length, 2);

    // Once the attempt has ended, what is there has arrived, and what is not is a draft again.
    await fixture.journal({ kind: 'attempt.finished', attempt: '01.01.01.01#1', outcome: 'completed' });
    const late = { ...absent, to: { ...absent.to, message: newMessageId(), part: newPartId() } };
    for (const [left, state] of [
      [delivery, 'sent'],
      [late, 'draft'],
    ] as const) {
      await writeFile(file, JSON.stringify({ version: 1, comments: [comment('1'), comment('2')], deliveries: [left] }));
      await reviews.settle(fixture.stream);
      assert.deepEqual(await states(), [`1 ${state}`, `2 ${state}`]);
    }
    assert.equal((await told()).length, 2);
    await waitFor('the model', () => harness.model.requests.some(({ prompt }) => prompt.includes('Comment 2.')));
    const notes = await readNotes(inboxFolder(journalFolder(path.join(directory, '.git'), fixture.stream)));
    assert.ok(notes.length > 0 && notes.every(note => note.kind === 'note' && note.note.kind === 'attempt.messaged'));
  });

  it('are carried by a run, and are drafts again when it does not begin', async () => {
    const { stream, thread } = streamOf({ session: 'ses_x', worktree: fixture.repository.root, finishedAt: '' }, false);
    const refused = await reviews.deliver(stream, thread, ['1']);
    assert.ok(refused);
    assert.equal(refused.task, '01.01.01.01');
    await reviews.settle(fixture.stream); // as whoever draws them does before the run begins
    assert.deepEqual(await states(), ['1 draft', '2 draft', 'on the way']);
    await assert.rejects(reviews.deliver(stream, thread, ['1']), { reason: 'busy' });
    await assert.rejects(
      reviews.store.update(fixture.stream, ['1'], () => undefined),
      { reason: 'busy' },
    );
    assert.equal(await reviews.carry(fixture.stream, refused, () => reviews.settle(fixture.stream)), false);
    assert.deepEqual(await states(), ['1 draft', '2 draft']);

    const carried = await reviews.deliver(stream, thread, ['1', '2']);
    assert.ok(carried);
    const begin = async () => {
      const { task, message } = carried;
      const run = { run: 'r2', batch: '01.01', threads: ['01.01.01'], isolation: 'task' as const, base: fixture.start, branch: 'main' };
      await fixture.journal({ kind: 'run.started', ...run, goOn: { task, message } });
      await reviews.settle(fixture.stream);
      assert.deepEqual(await states(), ['1 sent', '2 sent']); // while the run goes on
    };
    assert.equal(await reviews.carry(fixture.stream, carried, begin), true);
  });

  it('stay drafts when the agent cannot go on, in a sentence that says why', async () => {
    const gone = streamOf({ session: 'ses_x', worktree: path.join(fixture.repository.root, 'gone'), finishedAt: '' }, false);
    await assert.rejects(reviews.deliver(gone.stream, gone.thread, ['1']), {
      reason: 'no-agent',
      message: /is gone, as its work was removed\. The comments stay as drafts\.$/,
    });
    const never = streamOf({}, false);
    await assert.rejects(reviews.deliver(never.stream, never.thread, ['1']), {
      reason: 'no-agent',
      message: /has no agent to talk to yet/,
    });
    assert.deepEqual(await states(), ['1 draft', '2 draft']);
  });

  it('are not touched in a file that is damaged', async () => {
    const folder = journalFolder(path.join(fixture.repository.root, '.git'), '002-other');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'review.json'), '{"version": 1, "comments": [');
    await assert.rejects(reviews.store.add('002-other', comment('3')), { message: /review\.json is damaged, or of a newer version/ });
    assert.equal(await readFile(path.join(folder, 'review.json'), 'utf8'), '{"version": 1, "comments": [');
  });
});
