import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addStream,
  approvePlan,
  approveStage,
  changeStream,
  revokePlan,
  revokeStage,
  setCurrentStream,
  setStageCommit,
} from '../../../../src/domain/files/indexEdits';
import { newIndexFile, newStreamEntry, newTasksFile, newThreadsFile } from '../../../../src/domain/files/newFiles';
import type { SessionRecord } from '../../../../src/domain/files/records';
import { addTasks, changeTasks, missingTasks } from '../../../../src/domain/files/taskEdits';
import { changeSession, changeThread, upsertSession } from '../../../../src/domain/files/threadEdits';
import { compareIds, formatId } from '../../../../src/domain/ids';
import { taskStatuses } from '../../../../src/domain/taskStatus';

const now = '2026-03-01T12:00:00.000Z';
type Mutable = Record<string, unknown>;
type Document = { last_updated: string; current_stream?: string; streams: Mutable[]; tasks: Mutable[]; threads: Mutable[] };

/** What a tool that parses, changes and writes the whole file makes of it: the text that an edit in place must give too. */
function rewritten(text: string, change: (document: Document) => unknown): string {
  const document = JSON.parse(text) as Document;
  document.last_updated = now;
  change(document);
  return JSON.stringify(document, null, 2);
}

const relaid = (text: string) => JSON.stringify(JSON.parse(text), null, 2);
const layouts: readonly ((text: string) => string)[] = [
  text => text,
  text => JSON.stringify(JSON.parse(text)),
  text => `${JSON.stringify(JSON.parse(text), null, '\t').replaceAll('\n', '\r\n')}\r\n`,
  text => `  ${text}\n\n`,
];
const layout = fc.constantFrom(...layouts);

/** The edit gives, to the byte, what a rewrite gives, and in any other layout the same document in that layout. */
function sameAsRewrite(
  text: string,
  lay: (text: string) => string,
  edit: (text: string) => string | undefined,
  change: (document: Document) => unknown,
) {
  const expected = rewritten(text, change);
  assert.equal(edit(text), expected);
  const laid = lay(text);
  const edited = edit(laid) ?? '';
  assert.equal(relaid(edited), relaid(expected));
  assert.equal(/\s*$/.exec(edited)?.[0], /\s*$/.exec(laid)?.[0]);
  assert.equal(edited.replaceAll('\r\n', '').includes('\n'), laid.replaceAll('\r\n', '').includes('\n'));
}

const words = fc.string({ unit: 'binary', maxLength: 20 });
const unknownKeys = fc.dictionary(
  fc.stringMatching(/^x_[a-z]{1,4}$/),
  fc.oneof(words, fc.array(fc.integer(), { maxLength: 2 }), fc.record({ deep: fc.constant([]) })),
  { maxKeys: 2 },
);
const id = (length: number) =>
  fc.array(fc.integer({ min: 1, max: 12 }), { minLength: length, maxLength: length }).map(numbers => formatId(...numbers));

const taskEntry = fc
  .tuple(id(4), words, fc.constantFrom(...taskStatuses), fc.option(words, { nil: undefined }), unknownKeys)
  .map(([taskId, name, status, report, rest]) => ({
    id: taskId,
    name,
    stage_name: 's',
    batch_name: 'b',
    thread_name: 't',
    status,
    created_at: 'c',
    updated_at: 'u',
    ...(report === undefined ? {} : { report }),
    ...rest,
  }));
const tasksText = fc
  .uniqueArray(taskEntry, { selector: entry => entry.id, minLength: 1, maxLength: 6 })
  .map(tasks => JSON.stringify({ version: '1.0.0', stream_id: '001-x', last_updated: 'l', tasks }, null, 2));

describe('tasks.json', () => {
  it('gets a status and a report like from the tool that rewrites it', () => {
    fc.assert(
      fc.property(tasksText, layout, fc.nat(), fc.constantFrom(...taskStatuses), words, (text, lay, pick, status, report) => {
        const { tasks } = JSON.parse(text) as Document;
        const wanted = String(tasks[pick % tasks.length]?.id);
        sameAsRewrite(
          text,
          lay,
          before => changeTasks(before, [wanted], { status, report }, now),
          document => Object.assign(document.tasks.find(task => task.id === wanted) ?? {}, { status, updated_at: now, report }),
        );
      }),
    );
  });

  it('gets one change to many tasks at once', () => {
    fc.assert(
      fc.property(tasksText, layout, (text, lay) => {
        const ids = (JSON.parse(text) as Document).tasks.map(task => String(task.id));
        sameAsRewrite(
          text,
          lay,
          before => changeTasks(before, ids, { assigned_agent: 'backend', breadcrumb: 'x' }, now),
          ({ tasks }) => tasks.forEach(task => Object.assign(task, { updated_at: now, breadcrumb: 'x', assigned_agent: 'backend' })),
        );
      }),
    );
  });

  it('loses a report that is taken back', () => {
    const text = changeTasks(addTasks(newTasksFile('s', now), [taskNamed('01.01.01.01')], now), ['01.01.01.01'], { report: 'Failed' }, now);
    assert.equal(changeTasks(text, ['1.1.1.1'], { report: null }, now), addTasks(newTasksFile('s', now), [taskNamed('01.01.01.01')], now));
  });

  it('names the tasks that it has not', () => {
    const text = addTasks(newTasksFile('s', now), [taskNamed('01.01.01.01')], now);
    assert.deepEqual(missingTasks(text, ['01.01.01.01', '1.1.1.1', '01.01.01.02']), ['01.01.01.02']);
    assert.deepEqual(missingTasks('{"tasks": [null, 1, {}]}', ['01.01.01.01']), ['01.01.01.01']);
  });

  it("gets new tasks in the order of their ids, in the fields' own order", () => {
    fc.assert(
      fc.property(tasksText, layout, fc.uniqueArray(id(4), { minLength: 1, maxLength: 4 }), (text, lay, ids) => {
        const sortedText = rewritten(text, ({ tasks }) => tasks.sort((a, b) => compareIds(String(a.id), String(b.id))));
        const fresh = ids.filter(wanted => !(JSON.parse(text) as Document).tasks.some(task => task.id === wanted));
        sameAsRewrite(
          sortedText,
          lay,
          before => addTasks(before, fresh.map(taskNamed), now),
          document => {
            document.tasks.push(...fresh.map(name => ({ ...taskNamed(name), status: 'pending', created_at: now, updated_at: now })));
            document.tasks.sort((a, b) => compareIds(String(a.id), String(b.id)));
          },
        );
      }),
    );
  });

  it('keeps status, times and report of a task that is added again', () => {
    const first = addTasks(newTasksFile('s', 'then'), [{ ...taskNamed('01.01.01.01'), status: 'completed', report: 'Done' }], 'then');
    const again = addTasks(first, [{ ...taskNamed('01.01.01.01'), name: 'Better name', status: 'pending' }], now);
    assert.equal(again, first.replace('"last_updated": "then"', `"last_updated": "${now}"`).replace('"do 01.01.01.01"', '"Better name"'));
  });
});

function taskNamed(taskId: string) {
  return { id: taskId, name: `do ${taskId}`, stage_name: 'S', batch_name: 'B', thread_name: 'T' };
}

const sessionStatus = fc.constantFrom('running', 'completed', 'failed', 'interrupted');
const sessionArbitrary: fc.Arbitrary<SessionRecord> = fc
  .tuple(fc.stringMatching(/^ses_[a-z]{1,3}$/), sessionStatus)
  .map(([sessionId, status]) => ({ sessionId, agentName: 'a', model: 'p/m', startedAt: 's', status: status }));
const threadsText = fc
  .uniqueArray(
    fc
      .tuple(id(3), fc.uniqueArray(sessionArbitrary, { selector: session => session.sessionId, maxLength: 3 }), unknownKeys)
      .map(([threadId, sessions, rest]) => ({
        threadId,
        sessions,
        ...(sessions[0] ? { currentSessionId: sessions[0].sessionId } : {}),
        ...rest,
      })),
    { selector: entry => entry.threadId, minLength: 1, maxLength: 4 },
  )
  .map(threads => JSON.stringify({ version: '1.0.0', stream_id: '', last_updated: 'l', threads }, null, 2));
const fresh: SessionRecord = { sessionId: 'ses_new_1', agentName: 'a', model: 'p/m', startedAt: now, status: 'running' };

describe('threads.json', () => {
  it('gets a session of a known thread', () => {
    fc.assert(
      fc.property(threadsText, layout, fc.nat(), (text, lay, pick) => {
        const { threads } = JSON.parse(text) as Document;
        const place = pick % threads.length;
        sameAsRewrite(
          text,
          lay,
          before => upsertSession(before, String(threads[place]?.threadId), fresh, { opencodeSessionId: 'ses_oc' }, now),
          document => {
            const thread = document.threads[place] ?? {};
            (thread.sessions as unknown[]).push(fresh);
            Object.assign(thread, { currentSessionId: 'ses_new_1', opencodeSessionId: 'ses_oc' });
          },
        );
      }),
    );
  });

  it('gets a thread it did not have', () => {
    fc.assert(
      fc.property(threadsText, layout, (text, lay) =>
        sameAsRewrite(
          text,
          lay,
          before => upsertSession(before, '13.01.01', fresh, { promptPath: '001-x/prompts/a.md' }, now),
          ({ threads }) =>
            threads.push({ threadId: '13.01.01', promptPath: '001-x/prompts/a.md', sessions: [fresh], currentSessionId: 'ses_new_1' }),
        ),
      ),
    );
  });

  it("ends a session, and with it the thread's current one", () => {
    fc.assert(
      fc.property(threadsText, layout, fc.nat(), (text, lay, pick) => {
        const { threads } = JSON.parse(text) as Document;
        const thread = threads[pick % threads.length] ?? {};
        const [session] = thread.sessions as SessionRecord[];
        if (!session) return;
        const change = { status: 'failed', completedAt: now, exitCode: 1 } as const;
        sameAsRewrite(
          text,
          lay,
          before => changeSession(before, String(thread.threadId), session.sessionId, change, now),
          document => {
            const held = document.threads[pick % threads.length] ?? {};
            Object.assign((held.sessions as object[])[0] ?? {}, change);
            delete held.currentSessionId;
          },
        );
      }),
    );
  });

  it('changes the session of an id it has, instead of adding it twice', () => {
    const text = upsertSession(newThreadsFile('s', 'then'), '01.01.01', fresh, {}, 'then');
    const again = upsertSession(text, '1.1.1', { ...fresh, model: 'p/other' }, {}, 'then');
    assert.equal(again, text.replace('p/m', 'p/other'));
  });

  it('says when there is no such session', () => {
    assert.equal(changeSession(newThreadsFile('s', now), '01.01.01', 'ses_x', { status: 'failed' }, now), undefined);
    assert.equal(changeSession('{"threads":[{"threadId":"01.01.01","sessions":[null]}]}', '01.01.01', 'ses_x', {}, now), undefined);
  });

  it('takes a prompt path for a thread that never ran', () => {
    const text = changeThread(newThreadsFile('s', now), '01.01.01', { promptPath: 's/prompts/a.md' }, now);
    assert.deepEqual((JSON.parse(text) as Document).threads, [{ threadId: '01.01.01', promptPath: 's/prompts/a.md', sessions: [] }]);
  });
});

const streamEntry = fc
  .tuple(
    fc.integer({ min: 0, max: 999 }),
    fc.option(fc.record({ status: fc.constant('approved'), plan_hash: words }), { nil: undefined }),
    unknownKeys,
  )
  .map(([order, approval, rest]) => ({
    id: `${String(order).padStart(3, '0')}-x`,
    name: 'x',
    order,
    updated_at: 'u',
    path: 'p',
    ...(approval ? { approval } : {}),
    ...rest,
  }));
const indexText = fc
  .tuple(fc.uniqueArray(streamEntry, { selector: entry => entry.id, minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([streams, current]) =>
    JSON.stringify({ version: '1.0.0', last_updated: 'l', ...(current ? { current_stream: 'old' } : {}), streams }, null, 2),
  );

describe('index.json', () => {
  it('gets its current workstream before the list, and loses it again', () => {
    fc.assert(
      fc.property(indexText, text => {
        const { version, streams } = JSON.parse(text) as Document & { version: string };
        assert.equal(
          setCurrentStream(text, 'new', now),
          JSON.stringify({ version, last_updated: now, current_stream: 'new', streams }, null, 2),
        );
        assert.equal(setCurrentStream(text, undefined, now), JSON.stringify({ version, last_updated: now, streams }, null, 2));
      }),
    );
  });

  it('gets and loses fields of a workstream', () => {
    fc.assert(
      fc.property(indexText, layout, fc.nat(), (text, lay, pick) => {
        const { streams } = JSON.parse(text) as Document;
        const wanted = String(streams[pick % streams.length]?.id);
        const find = (document: Document) => document.streams.find(stream => stream.id === wanted) ?? {};
        sameAsRewrite(
          text,
          lay,
          before => changeStream(before, wanted, { current_batch: '01.02' }, now),
          document => Object.assign(find(document), { updated_at: now, current_batch: '01.02' }),
        );
        sameAsRewrite(
          text,
          lay,
          before => changeStream(before, wanted, { approval: undefined }, now),
          document => {
            find(document).updated_at = now;
            delete find(document).approval;
          },
        );
      }),
    );
  });

  it('gets the approvals of stages, whatever order they come in', () => {
    fc.assert(
      fc.property(
        indexText,
        layout,
        fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
        (text, lay, stages) => {
          const wanted = String((JSON.parse(text) as Document).streams[0]?.id);
          sameAsRewrite(
            text,
            lay,
            before => stages.reduce<string>((edited, stage) => approveStage(edited, wanted, stage, { by: 'user', at: now }) ?? '', before),
            document => {
              const stream = document.streams[0] ?? {};
              stream.updated_at = now;
              const approval = (stream.approval ??= { status: 'draft' }) as Mutable;
              approval.stages = Object.fromEntries(
                stages.map(stage => [stage, { status: 'approved', approved_at: now, approved_by: 'user' }]),
              );
            },
          );
        },
      ),
    );
  });

  it('keeps who approved what when it is revoked, and approves afresh', () => {
    const { entry, id: streamId } = newStreamEntry(0, 'x', '0', now);
    const text = addStream(newIndexFile('then'), entry, now);
    const approved = approveStage(text, streamId, 1, { by: 'user', at: now }) ?? '';
    const revoked = revokeStage(approved, streamId, 1, { reason: 'too early', at: 'later' }) ?? '';
    const stage = (of: string) => ((JSON.parse(of) as Document).streams[0]?.approval as { stages: Mutable }).stages['1'];
    assert.deepEqual(stage(revoked), {
      status: 'revoked',
      approved_at: now,
      approved_by: 'user',
      revoked_at: 'later',
      revoked_reason: 'too early',
    });
    assert.deepEqual(stage(approveStage(revoked, streamId, 1, { by: 'user', at: now }) ?? ''), {
      status: 'approved',
      approved_at: now,
      approved_by: 'user',
    });
    assert.deepEqual(stage(setStageCommit(approved, streamId, 1, 'abc', now) ?? ''), {
      status: 'approved',
      approved_at: now,
      approved_by: 'user',
      commit_sha: 'abc',
    });
  });

  it('approves a plan beside what is held of its stages, in the order of other tools', () => {
    const { entry, id: streamId } = newStreamEntry(0, 'x', '0', now);
    const bare = addStream(newIndexFile('then'), entry, now);
    const approval = (of: string) => (JSON.parse(of) as Document).streams[0]?.approval as Mutable;
    const first = { by: 'user', at: now, planHash: 'abc' };
    const approved = { status: 'approved', approved_at: now, approved_by: 'user', plan_hash: 'abc' };
    assert.deepEqual(approval(approvePlan(bare, streamId, first) ?? ''), approved);
    const staged = approveStage(bare, streamId, 1, { by: 'user', at: now }) ?? '';
    const both = approvePlan(staged, streamId, first) ?? '';
    assert.deepEqual(Object.keys(approval(both)), ['status', 'approved_at', 'approved_by', 'plan_hash', 'stages']);
    assert.deepEqual(approval(both).stages, approval(staged).stages);
    const revoked = revokePlan(both, streamId, { reason: 'no', at: 'later' }) ?? '';
    assert.deepEqual(
      { ...approval(revoked), stages: 0 },
      { ...approved, status: 'revoked', revoked_at: 'later', revoked_reason: 'no', stages: 0 },
    );
    assert.equal(revokePlan(revoked, streamId, { reason: undefined, at: now }), undefined);
    const again = approvePlan(revoked, streamId, { ...first, planHash: 'def' }) ?? '';
    assert.deepEqual({ ...approval(again), stages: 0 }, { ...approved, plan_hash: 'def', stages: 0 });
  });

  it('says when there is nothing to change', () => {
    const text = newIndexFile(now);
    assert.equal(changeStream(text, '000-x', {}, now), undefined);
    assert.equal(approveStage(text, '000-x', 1, { by: 'user', at: now }), undefined);
    const { entry } = newStreamEntry(0, 'x', '0', now);
    assert.equal(revokeStage(addStream(text, entry, now), '000-x', 1, { reason: undefined, at: now }), undefined);
  });

  it('starts with the layout of every other index', () => {
    const { entry } = newStreamEntry(7, 'my-feature', '0.1.0', now);
    const text = addStream(newIndexFile('then'), entry, now);
    assert.equal(text, relaid(text));
    assert.deepEqual(Object.keys((JSON.parse(text) as Document).streams[0] ?? {}), [
      'id',
      'name',
      'order',
      'size',
      'session_estimated',
      'created_at',
      'updated_at',
      'path',
      'generated_by',
    ]);
  });
});
