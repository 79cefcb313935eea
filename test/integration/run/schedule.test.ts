import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TaskStatus } from '../../../src/domain/taskStatus';
import { touchedFiles } from '../../../src/runtime/choice/touchedFiles';
import { recordingLogger } from '../../support/recordingLogger';
import { reporting, RunHarness, working } from '../../support/runHarness';
import { randomFrom } from '../../support/random';
import { randomSchedulePlan, schedulePlanText } from '../../support/schedulePlan';
import { playSchedulePlan } from '../../support/scheduleRound';
import { runWorkHere } from '../cli/workProcess';

describe('A stage', function () {
  this.timeout(600_000);
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4792);
  });
  after(() => harness.dispose());

  it('runs by its dependencies alone: agents meet up to the limit, each begins on merged work, shared files are never open twice', async () => {
    const plan = randomSchedulePlan(randomFrom(107), 10, 3);
    const { faults, ...counts } = await playSchedulePlan(harness, plan);
    assert.deepEqual(faults, [], JSON.stringify(plan));
    assert.ok(counts.proved >= 9 && counts.pairs > 0 && counts.blocked > 0 && counts.unreachable > 0, JSON.stringify(counts));
    assert.equal(counts.mostAtOnce, 3);
  });

  it('is chosen from by what differs in worktrees too, and a yes carries exactly the chosen threads out, together', async () => {
    const thread = (number: number, file: string) => ({
      id: `01.01.0${number}`,
      needs: [],
      shares: [],
      files: [file],
      meets: false,
      isBlocked: false,
    });
    const threads = [thread(1, 'out/1.txt'), thread(2, 'out/2.txt'), thread(3, 'shared/*.txt'), thread(4, 'out/4.txt')];
    const stopped = {
      label: '01.01.04.01',
      directives: `[[write shared/taken.txt|mine]]\n${reporting('01.01.04.01', 'Which?', 'blocked')}`,
    };
    const meeting = (task: string) => ({ label: task, directives: `[[barrier 2]]\n${working(task).directives}` });
    harness.model.replaceScripts([stopped, meeting('01.01.01.01'), meeting('01.01.02.01')]);
    const project = await harness.project({
      plan: schedulePlanText({ threads }),
      tasks: Object.fromEntries(threads.map(({ id }): [string, TaskStatus] => [`${id}.01`, 'pending'])),
    });
    await project.run('01', { only: ['01.01.04'] });
    const [worktree = ''] = (await project.snapshot()).stages.flatMap(stage =>
      stage.batches.flatMap(batch =>
        batch.threads.flatMap(each => each.tasks.flatMap(task => task.attempts.flatMap(a => a.worktree ?? []))),
      ),
    );
    await writeFile(path.join(worktree, 'not committed.txt'), '');
    const touched = await touchedFiles(project.repository.git, await project.snapshot(), recordingLogger());
    assert.deepEqual([...touched].map(([id, files]) => [id, [...files].sort()]), [['01.01.04', ['not committed.txt', 'shared/taken.txt']]]); // prettier-ignore

    const before = harness.model.requests.length;
    const { code, out } = await runWorkHere(['ready', '--yes'], project.root, harness.programEnvironment);
    assert.equal(code, 0, out);
    assert.match(out, /− 01\.01\.03 .*touches shared\/\*\.txt as 01\.01\.04 does/, out);
    const asked = harness.model.requests.slice(before).flatMap(({ label }) => label ?? []);
    assert.deepEqual([...new Set(asked)].sort(), ['01.01.01.01', '01.01.02.01'], 'both were at the barrier, and nobody else was asked');
    assert.deepEqual((await project.tasks()).map(line => line.replace(/ — .*/, '')), [
      '01.01.01.01: completed',
      '01.01.02.01: completed',
      '01.01.03.01: pending',
      '01.01.04.01: blocked',
    ]); // prettier-ignore
  });
});
