import assert from 'node:assert/strict';
import { ProgramSteps, StepFailed, type StepsOptions } from '../../../tools/programSteps';

function stepsOf({ program = [process.execPath, '-e'], patience = 60_000 }: Partial<Pick<StepsOptions, 'program' | 'patience'>> = {}) {
  let shown = '';
  const show = (text: string) => {
    shown += text;
  };
  const steps = new ProgramSteps({ program, name: 'x', cwd: process.cwd(), environment: {}, show: { out: show, err: show }, patience });
  return { steps, shown: () => shown };
}

describe('The steps of the demo', () => {
  it('show the command and what it prints on both streams', async () => {
    const { steps, shown } = stepsOf();
    assert.equal(await steps.run('console.error("careful"); console.log("hello")'), 'hello\n');
    assert.match(shown(), /^\n\$ x console\.error.*\n(careful\nhello|hello\ncareful)\n$/);
  });

  it('fail with the exit code in a sentence', async () => {
    await assert.rejects(stepsOf().steps.run('process.exitCode = 3'), new StepFailed('"x process.exitCode = 3" ended with exit code 3.'));
  });

  it('stop a program that has nothing to say', async () => {
    const mute = 'setInterval(() => {}, 1000)';
    const { steps } = stepsOf({ patience: 300 });
    await assert.rejects(steps.run(mute), new StepFailed(`"x ${mute}" had nothing to say for 0.3 seconds and was stopped.`));
  });

  it('fail when there is no such program', async () => {
    const { steps } = stepsOf({ program: ['no-such-program'] });
    await assert.rejects(steps.run('y'), /^StepFailed: "x y" could not be started: /);
  });
});
