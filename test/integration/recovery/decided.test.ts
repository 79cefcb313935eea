import assert from 'node:assert/strict';
import { CrashHarness, type CrashBatchOptions, type CrashOutcome, type CrashStep } from '../../support/crashHarness';
import { reporting, working } from '../../support/runHarness';

const port = 4767;
const task = '01.01.01.01';

const ahead = (kind: CrashStep['kind']): CrashStep => ({ kind, side: 'before' });
const behind = (kind: CrashStep['kind']): CrashStep => ({ kind, side: 'after' });
const agentsYaml = 'agents:\n  - name: default\n    description: d\n    best_for: b\n    models: [lab/scripted, lab/second]\n';

describe('An attempt whose driver dies at its end', function () {
  this.timeout(600_000); // every moment is a process of its own
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(port);
  });
  after(() => harness.dispose());

  /** What it comes to without a crash was looked at once; it is written here. */
  const endsAs = async (options: CrashBatchOptions, expected: Partial<CrashOutcome>, moments: readonly CrashStep[]) => {
    const batch = await harness.batch(options);
    const story = await batch.crash(moments);
    const { tree: _tree, ...outcome } = await batch.outcome();
    assert.deepEqual(outcome, expected, story);
    return batch;
  };

  it('after the files say that it failed, and before the journal does, still hands its task to the next model, once', async () => {
    await endsAs(
      {
        tasks: [task],
        files: { 'work/agents.yaml': agentsYaml },
        scripts: [{ label: task, directives: '[[status 401 1 | no key]]\n[[say never]]' }, working(task, '[[write made.txt|made]]')],
      },
      {
        attempts: { [task]: ['failed', 'completed'] },
        tasks: [`${task}: completed — Did ${task}.`],
        merges: { '01.01.01': 1 },
        prompts: { [task]: { sessions: 2, prompts: 2 } },
        sessions: ['failed', 'completed'],
      },
      [ahead('attempt.decided'), behind('attempt.decided'), ahead('attempt.finished'), behind('attempt.finished')],
    );
  });

  it('is not made again when its task is left to a person', async () => {
    await endsAs(
      { tasks: [task], scripts: [{ label: task, directives: reporting(task, 'I cannot.', 'blocked') }] },
      {
        attempts: { [task]: ['blocked'] },
        tasks: [`${task}: blocked — I cannot.`],
        merges: { '01.01.01': 0 },
        prompts: { [task]: { sessions: 1, prompts: 1 } },
        sessions: ['completed'],
      },
      [ahead('attempt.decided'), ahead('attempt.finished'), behind('attempt.finished')],
    );
  });

  it('is asked for a missing report once, and the journal says so once', async () => {
    const { journal } = await endsAs(
      { tasks: [task], scripts: [{ label: task, directives: '[[say I am not sure.]]' }] },
      {
        attempts: { [task]: ['blocked'] },
        tasks: [`${task}: blocked — The agent stopped without a report. It last said: I am not sure.`],
        merges: { '01.01.01': 0 },
        prompts: { [task]: { sessions: 1, prompts: 1 } },
        sessions: ['completed'],
      },
      [behind('attempt.messaged'), behind('attempt.resumed')],
    );
    const asked = (await journal()).filter(({ kind }) => kind === 'attempt.messaged');
    assert.equal(asked.length, 1, JSON.stringify(asked));
  });
});
