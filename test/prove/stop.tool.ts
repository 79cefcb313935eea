// Stops eight agents at once, each with processes that hide or do not want to end; prints how long that takes.
// npm run prove:stop [-- --agents 8]
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RunHarness } from '../support/runHarness';
import { randomPort } from '../support/opencodeHarness';
import { napping, toolProcesses } from '../support/nappingAgents';
import { waitFor } from '../support/waitFor';

const longest = 5000;
const { values } = parseArgs({ options: { agents: { type: 'string', default: '8' } } });
const harness = await RunHarness.start(randomPort());
const wrong: string[] = [];
try {
  const { project, naps } = await napping(harness, Number(values.agents));
  const running = project.run('01.01');
  await waitFor('the agents to nap', async () => (await naps()).length === 2 * Number(values.agents), { timeout: 300_000 });
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  project.runtime.stopAll();
  const gone = until(async () => (await toolProcesses(project.root)).length === 0).then(seconds);
  const worktrees = (await project.snapshot()).stages.flatMap(stage =>
    stage.batches.flatMap(batch =>
      batch.threads.flatMap(thread => thread.tasks.flatMap(task => task.attempts.flatMap(each => each.worktree ?? []))),
    ),
  );
  const { sessions } = project.runtime.opencode;
  const areIdle = async () =>
    (await Promise.all(worktrees.map(each => sessions.status(each)))).every(busy => Object.keys(busy).length === 0);
  const idle = until(areIdle).then(seconds);
  const done = running.then(seconds);
  const figures = { 'tool processes gone': await gone, 'sessions idle': await idle, 'work committed': await done };
  for (const [what, passed] of Object.entries(figures)) console.log(`${what.padEnd(22)}${passed.toFixed(1).padStart(6)} s`);
  for (const what of ['tool processes gone', 'sessions idle'] as const) {
    if (figures[what] * 1000 > longest) wrong.push(`${what} only after ${figures[what].toFixed(1)} s`);
  }
} finally {
  await harness.dispose();
}
console.log(wrong.length === 0 ? 'Stopped in time.' : wrong.join('\n'));
process.exit(wrong.length === 0 ? 0 : 1);

/** Looks seldom, for each look costs time that is measured. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(250);
}
