import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { AwakeTime } from '../../../../src/common/awakeTime';
import { Emitter } from '../../../../src/common/event';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import type { Health } from '../../../../src/domain/monitor/health';
import { defaultThresholds } from '../../../../src/domain/monitor/thresholds';
import type { Ask } from '../../../../src/domain/tree/nodes';
import { Git } from '../../../../src/runtime/git/git';
import { AttemptWatch, type DueStep } from '../../../../src/runtime/monitor/attemptWatch';
import type { Connection } from '../../../../src/runtime/opencode/connection';
import type { ServerEvent } from '../../../../src/runtime/opencode/serverEvent';
import type { ServerStatus } from '../../../../src/runtime/opencode/serverStatus';
import type { SessionMessage } from '../../../../src/runtime/opencode/sessionMessage';
import { recordingLogger } from '../../../support/recordingLogger';
import { assistantMessage, finishedTool, runningTool, sessionID, toolPart } from '../../../support/sessionRecords';

const delta = (session: string) =>
  ({
    type: 'message.part.delta',
    directory: '/w',
    properties: { sessionID: session, messageID: 'm', partID: 'p', field: 'text', delta: 'a' },
  }) as ServerEvent;

const busy = { s: 'busy', [sessionID]: 'busy' };

describe('AttemptWatch', () => {
  const happened = new Emitter<ServerEvent>();
  const asked = new Emitter<undefined>();
  const statusChanged = new Emitter<ServerStatus>();
  const connected = new Emitter<Connection>();
  const broke = new Emitter<undefined>();
  let status: ServerStatus;
  let pending: Ask[];
  let answers: boolean;
  let late: (() => void)[];
  let stored: SessionMessage[];
  let now: number;
  let time: AwakeTime;
  let watch: AttemptWatch;
  let written: NewJournalEvent[];
  let shown: Health[];
  let steps: DueStep[];
  let isFull: boolean;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    [now, pending, answers, late, stored, written, shown, steps, isFull] = [0, [], true, [], [], [], [], [], false];
    status = { state: 'running' };
    time = new AwakeTime({ now: () => now });
    watch = new AttemptWatch({
      attempt: 'a#1',
      stream: '001-sample',
      opencode: {
        server: {
          get status() {
            return status;
          },
          onDidChangeStatus: statusChanged.event,
        },
        events: { connection: {} as Connection, onEvent: happened.event, onDidConnect: connected.event, onDidDisconnect: broke.event },
        sessions: {
          status: () => (answers ? Promise.resolve(busy) : new Promise(resolve => late.push(() => resolve(busy)))),
          children: () => Promise.resolve([]),
          messages: () => Promise.resolve(stored),
        },
      },
      asks: {
        get pending() {
          return pending;
        },
        onDidChange: asked.event,
      },
      git: new Git('/nowhere'),
      time,
      clock: { now: () => now },
      logger: recordingLogger(),
      pace: { tick: 1000, poll: 5000, shown: 2000, written: 10_000 },
      thresholds: defaultThresholds,
      ladder: { stalled: [{ step: 'nudge', after: 60_000 }, { step: 'abort', after: 60_000 }] }, // prettier-ignore
      record: event => {
        if (isFull) throw new Error('the disk is full');
        written.push(event);
      },
      onChange: health => shown.push(health),
    });
    watch.onDidStep(step => steps.push(step));
  });
  afterEach(() => {
    watch.dispose();
    time.dispose();
    mock.timers.reset();
  });

  /** A second at a time; what was asked of the server is answered in between. */
  async function pass(seconds: number, each: () => void = () => undefined): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      now += 500;
      mock.timers.tick(500);
      now += 500;
      mock.timers.tick(500);
      each();
      await Promise.resolve().then(() => undefined);
    }
  }
  const states = () => shown.map(({ state }) => state);
  const judged = () => written.flatMap(event => (event.kind === 'attempt.judged' ? [event.state] : []));

  it('says from the first moment that the attempt is being prepared, and what its agent does from then on', async () => {
    assert.deepEqual([states(), judged()], [['working'], ['working']]);
    watch.talk('/w', 's');
    await pass(5);
    assert.equal(shown.at(-1)?.state, 'thinking');
    happened.fire(delta('s'));
    await pass(3);
    assert.equal(shown.at(-1)?.state, 'working');
    assert.deepEqual(judged(), ['working'], 'what changes all the time is not written all the time');
  });

  it('finds an agent stalled that says nothing, whatever others in the same directory say, and shows since when', async () => {
    watch.talk('/w', 's');
    await pass(50, () => happened.fire(delta('other')));
    assert.equal(shown.at(-1)?.state, 'stalled');
    assert.equal(shown.at(-1)?.since, '1970-01-01T00:00:00.000Z');
    assert.equal(judged().at(-1), 'stalled');
  });

  it('never suspects one whose tokens come slowly, and takes no step', async () => {
    watch.talk('/w', 's');
    let second = 0;
    await pass(600, () => {
      if (++second % 30 === 0) happened.fire(delta('s'));
    });
    assert.ok(
      states().every(state => state === 'working' || state === 'thinking'),
      states().join(),
    );
    assert.deepEqual(steps, []);
  });

  it('nudges, then ends what stays silent; each step is journalled before it is taken', async () => {
    watch.talk('/w', 's');
    await pass(61);
    assert.deepEqual(steps.map(({ step }) => step), ['nudge']); // prettier-ignore
    await pass(55);
    assert.equal(steps.length, 1, 'it has time to get on');
    await pass(10);
    assert.deepEqual(steps.map(({ step }) => step), ['nudge', 'abort']); // prettier-ignore
    assert.deepEqual(written.flatMap(event => (event.kind === 'attempt.stepped' ? [event.step] : [])), ['nudge', 'abort']); // prettier-ignore
  });

  it('takes no step that it cannot write down', async () => {
    watch.talk('/w', 's');
    isFull = true;
    await pass(300);
    assert.deepEqual(steps, []);
  });

  it('knows nothing of an agent whose server does not answer, and that it is dead when the server is', async () => {
    watch.talk('/w', 's');
    answers = false;
    await pass(30);
    assert.equal(shown.at(-1)?.state, 'unknown');
    status = { state: 'failed' };
    statusChanged.fire(status);
    assert.equal(shown.at(-1)?.state, 'dead');
    assert.deepEqual(judged(), ['working', 'thinking', 'unknown', 'dead']);
    assert.deepEqual(steps, []);
  });

  it('takes an agent of which it hears nothing because the server is late for unknown, not for stalled', async () => {
    watch.talk('/w', 's');
    answers = false;
    let second = 0;
    await pass(300, () => {
      happened.fire(delta('other')); // it does send things
      if (++second % 8 === 0) late.splice(0).forEach(answer => answer());
    });
    assert.ok(states().includes('unknown') && !states().includes('stalled'), states().join());
    assert.deepEqual(steps, []);
    answers = true;
    late.splice(0).forEach(answer => answer());
    await pass(60);
    assert.equal(shown.at(-1)?.state, 'stalled', 'what is silent although it can be heard is stalled');
  });

  it('counts no silence while the event stream is broken, and reads what was said meanwhile', async () => {
    const tool = toolPart('msg_1', runningTool);
    watch.talk('/w', sessionID);
    happened.fire({ type: 'message.part.updated', directory: '/w', properties: { sessionID, part: tool, time: 1 } });
    await pass(5);
    assert.match(shown.at(-1)?.reason ?? '', /bash: ls/);
    broke.fire(undefined);
    await pass(600);
    assert.equal(shown.at(-1)?.state, 'unknown');
    assert.ok(!states().includes('stalled'), states().join());
    stored = [assistantMessage('msg_1', [toolPart('msg_1', finishedTool)])];
    connected.fire({} as Connection);
    happened.fire({ ...delta(sessionID) });
    await pass(5);
    assert.deepEqual([shown.at(-1)?.state, steps], ['thinking', []]);
  });

  it('lets it wait for a person for ever', async () => {
    watch.talk('/w', 's');
    pending = [{ kind: 'question', id: 'q', directory: '/w', session: 'child', rootSession: 's', askedAt: 0, questions: [] }];
    asked.fire(undefined);
    assert.equal(shown.at(-1)?.state, 'waiting');
    await pass(600);
    assert.deepEqual([states().filter(state => state === 'stalled'), steps], [[], []]);
  });

  it('does not count the time that the machine sleeps', async () => {
    watch.talk('/w', 's');
    now += 3_600_000;
    await pass(3);
    assert.ok(!states().includes('stalled') && !states().includes('unknown'), states().join());
  });
});
