import assert from 'node:assert/strict';
import { CrashHarness, type CrashBatch, type CrashBatchOptions, type CrashOutcome, type CrashPoint } from '../../support/crashHarness';
import { reporting, working } from '../../support/runHarness';

const port = 4767;
const task = '01.01.01.01';
type Moment = Pick<CrashPoint, 'kind' | 'side'> & { readonly nth?: number };

const ahead = (kind: CrashPoint['kind'], nth = 1): Moment => ({ kind, side: 'before', nth });
const behind = (kind: CrashPoint['kind'], nth = 1): Moment => ({ kind, side: 'after', nth });
const agentsYaml = 'agents:\n  - name: default\n    description: d\n    best_for: b\n    models: [lab/scripted, lab/second]\n';

describe('An attempt whose driver dies at its end', function () {
  this.timeout(600_000); // every moment is a process of its own
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(port);
  });
  after(() => harness.dispose());

  const same = async (options: CrashBatchOptions, expected: Partial<CrashOutcome>, moments: readonly Moment[]) => {
    const whole = await harness.batch(options);
    const { output } = await whole.drive();
    const uninterrupted = await whole.outcome();
    assert.deepEqual({ attempts: uninterrupted.attempts, tasks: uninterrupted.tasks }, expected, output);
    const batch = await harness.batch(options);
    const story = await crash(batch, moments);
    assert.deepEqual(await batch.outcome(), uninterrupted, story);
    return batch;
  };

  /** Each moment kills one driver more; the last one carries the batch to its end. */
  const crash = async (batch: CrashBatch, moments: readonly Moment[]) => {
    const story: string[] = [];
    for (const moment of moments) {
      const { isHit, output } = await batch.drive({ nth: 1, ...moment, victim: 'driver' });
      story.push(`${JSON.stringify(moment)}\n${output}`);
      assert.ok(isHit, `${JSON.stringify(moment)} was never reached: ${story.join('\n---\n')}`);
    }
    story.push((await batch.drive()).output);
    return story.join('\n---\n');
  };

  it('after the files say that it failed, and before the journal does, still hands its task to the next model, once', async () => {
    await same(
      {
        tasks: [task],
        files: { 'work/agents.yaml': agentsYaml },
        scripts: [{ label: task, directives: '[[status 401 1 | no key]]\n[[say never]]' }, working(task)],
      },
      { attempts: { [task]: ['failed', 'completed'] }, tasks: [`${task}: completed — Did ${task}.`] },
      [ahead('attempt.decided'), behind('attempt.decided'), ahead('attempt.finished'), behind('attempt.finished')],
    );
  });

  it('is not made again when its task is left to a person', async () => {
    await same(
      { tasks: [task], scripts: [{ label: task, directives: reporting(task, 'I cannot.', 'blocked') }] },
      { attempts: { [task]: ['blocked'] }, tasks: [`${task}: blocked — I cannot.`] },
      [ahead('attempt.decided'), ahead('attempt.finished'), behind('attempt.finished')],
    );
  });

  it('is asked for a missing report once, and the journal says so once', async () => {
    const { journal } = await same(
      { tasks: [task], scripts: [{ label: task, directives: '[[say I am not sure.]]' }] },
      {
        attempts: { [task]: ['blocked'] },
        tasks: [`${task}: blocked — The agent stopped without a report. It last said: I am not sure.`],
      },
      [behind('attempt.messaged'), behind('attempt.resumed')],
    );
    const asked = (await journal()).filter(({ kind }) => kind === 'attempt.messaged');
    assert.equal(asked.length, 1, JSON.stringify(asked));
  });
});
