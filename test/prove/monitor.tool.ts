// Plants agents of whom something is the matter, and healthy slow ones, at random times; prints what the monitor made of each.
// npm run prove:monitor [-- --seed 1234]
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { RunHarness } from '../support/runHarness';
import { randomPort } from '../support/opencodeHarness';
import { waitFor } from '../support/waitFor';
import { confusionMatrix, found, storyOf } from './confusion';
import { plantedAgents, randomFrom, slowAgents, type Planted } from './plantedAgents';
import { journalOf, plant, type Agent } from './watchedBatch';

const given = process.argv.indexOf('--seed');
const seed = given < 0 ? Date.now() % 1_000_000 : Number(process.argv[given + 1]);
const random = randomFrom(seed);
console.log(`seed ${seed}`);

const harness = await RunHarness.start(randomPort());
const wrong: string[] = [];
const check = (right: boolean, what: string) => {
  if (!right) wrong.push(what);
};
try {
  const agents = [
    ...(await faultsOfAgents()),
    ...(await faultOfServer('02.01', 'server stopped', 'unknown')),
    ...(await faultOfServer('03.01', 'death', 'dead')),
  ];
  const all = agents.map(found);
  console.log(`\n${confusionMatrix(all)}`);
  for (const each of all) if (!each.right) wrong.push(storyOf(each));
} finally {
  await harness.dispose();
}
console.log(wrong.length === 0 ? '\nEvery agent was judged as it was.' : `\n${wrong.join('\n')}`);
process.exit(wrong.length === 0 ? 0 : 1);

async function faultsOfAgents(): Promise<readonly Agent[]> {
  const { project, agents } = await plant(harness, '01.01', plantedAgents, random, { 'work.maxConcurrent': 5 });
  const running = project.run('01.01');
  const asking = agents.find(({ planted }) => planted.verdict === 'waiting');
  assert.ok(asking);
  const isJudged = () => asking.seen.some(({ state }) => state === 'waiting');
  void waitFor('the question', isJudged, { timeout: 300_000 })
    .then(() => pause(random(3000, 9000))) // that nobody answers at once is no stall
    .then(() => project.repository.runs.stop(asking.task))
    .catch((error: unknown) => wrong.push(String(error)));
  const report = await running;
  check(report.kind === 'finished', `the batch did not run: ${JSON.stringify(report)}`);
  const tasks = await project.tasks();
  for (const { task, planted } of agents) {
    const line = tasks.find(each => each.startsWith(task)) ?? '';
    if (planted.verdict === 'well') check(line.includes('completed'), `${planted.what}: it was not completed: ${line}`);
    if (planted.verdict === 'stalled' || planted.verdict === 'looping') {
      check(line.includes('blocked — Failed: The agent was stopped because it made no progress.'), `${planted.what}: ${line}`);
    }
  }
  await compareWithJournal(project, agents);
  const refused = agents.find(({ planted }) => planted.what === '429 waves');
  check(
    refused?.seen.some(({ state, reason }) => state === 'thinking' && reason.includes('slow down')) === true,
    '429 waves: nothing was said of them',
  );
  return agents;
}

/** All agents of the server are hit; when it is back, each goes on to its end. */
async function faultOfServer(batch: string, what: string, verdict: 'unknown' | 'dead'): Promise<readonly Agent[]> {
  const planted: readonly Planted[] = slowAgents.map(agent => ({ ...agent, what: `${what} (${agent.what})`, verdict }));
  const { project, agents } = await plant(harness, batch, planted, random);
  const running = project.run(batch);
  await waitFor('the agents to be at work', () => agents.every(({ seen }) => seen.some(({ reason }) => /tick|answering/.test(reason))), {
    timeout: 120_000,
    describe: () => agents.map(({ seen }) => seen.at(-1)),
  });
  await pause(random(0, 4000));
  const { pid } = await runningServer();
  assert.ok(pid !== undefined);
  process.kill(pid, verdict === 'dead' ? 'SIGKILL' : 'SIGSTOP');
  const isSeen = () => agents.every(({ seen }) => seen.some(({ state }) => state === verdict));
  await waitFor(verdict, isSeen).catch((error: unknown) => wrong.push(String(error)));
  if (verdict === 'unknown') process.kill(pid, 'SIGCONT');
  await running;
  for (const line of await project.tasks()) check(line.includes('completed'), `${what}: ${line}`);
  await compareWithJournal(project, agents);
  return agents;
}

async function runningServer() {
  const { server } = harness.runtime().opencode;
  await server.ensure();
  return server.status;
}

/** Others see what the journal says: it must have every alarm. */
async function compareWithJournal(project: Parameters<typeof journalOf>[0], agents: readonly Agent[]): Promise<void> {
  const events = await journalOf(project);
  for (const { task, planted } of agents) {
    if (planted.verdict === 'well') continue;
    const written = events.some(
      event => event.kind === 'attempt.judged' && event.attempt.startsWith(`${task}#`) && event.state === planted.verdict,
    );
    check(written, `${planted.what}: the journal does not say that it was ${planted.verdict}`);
  }
}
