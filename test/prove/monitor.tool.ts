// Plants agents of whom something is the matter, and healthy slow ones, at random times; prints what the monitor made of each.
// npm run prove:monitor [-- --seed 1234] [--only '429 waves']
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RunHarness } from '../support/runHarness';
import { randomPort } from '../support/opencodeHarness';
import { waitFor } from '../support/waitFor';
import { confusionMatrix, found, storyOf } from './confusion';
import { randomFrom } from '../support/random';
import { plantedAgents, slowAgents, type Planted } from './plantedAgents';
import { journalOf, plant, type Agent } from './watchedBatch';

const { values: given } = parseArgs({ options: { seed: { type: 'string' }, only: { type: 'string' } } });
const seed = Number(given.seed ?? process.env.npm_config_seed ?? Date.now() % 1_000_000); // npm takes `--seed` without a `--` before it
const random = randomFrom(seed);
console.log(`seed ${seed}`);

const harness = await RunHarness.start(randomPort());
const wrong: string[] = [];
const check = (right: boolean, what: string) => {
  if (!right) wrong.push(what);
};
const isWanted = (what: string) => given.only === undefined || given.only === what;
try {
  const agents = [
    ...(await faultsOfAgents(plantedAgents.filter(({ what }) => isWanted(what)))),
    ...(isWanted('server stopped') ? await faultOfServer('02.01', 'server stopped', 'unknown') : []),
    ...(isWanted('death') ? await faultOfServer('03.01', 'death', 'dead') : []),
  ];
  const all = agents.map(found);
  console.log(`\n${confusionMatrix(all)}`);
  for (const each of all) if (!each.right) wrong.push(storyOf(each));
} finally {
  await harness.dispose();
}
console.log(wrong.length === 0 ? '\nEvery agent was judged as it was.' : `\n${wrong.join('\n')}`);
process.exit(wrong.length === 0 ? 0 : 1);

async function faultsOfAgents(planted: readonly Planted[]): Promise<readonly Agent[]> {
  if (planted.length === 0) return [];
  const { project, agents } = await plant(harness, '01.01', planted, random, { settings: { 'work.maxConcurrent': 5 } });
  const running = project.run('01.01');
  const asking = agents.find(agent => agent.planted.verdict === 'waiting');
  if (asking) {
    void waitFor('the question', () => asking.seen.some(({ state }) => state === 'waiting'), { timeout: 300_000 })
      .then(() => pause(random(50_000, 70_000))) // longer than any other silence may be: that nobody answers is no stall
      .then(() => project.repository.runs.stop(asking.task))
      .catch((error: unknown) => wrong.push(String(error)));
  }
  const report = await running;
  check(report.kind === 'finished', `the batch did not run: ${JSON.stringify(report)}`);
  const tasks = await project.tasks();
  for (const {
    task,
    planted: { what, verdict },
  } of agents) {
    // prettier-ignore
    const line = tasks.find(each => each.startsWith(task)) ?? '';
    if (verdict === 'well') check(line.includes('completed'), `${what}: it was not completed: ${line}`);
    if (verdict === 'stalled' || verdict === 'looping') {
      check(line.includes('blocked — Failed: The agent was stopped because it made no progress.'), `${what}: ${line}`);
    }
  }
  await compareWithJournal(project, agents);
  const refused = agents.filter(agent => agent.planted.what === '429 waves');
  const isTold = refused.every(({ seen }) => seen.some(({ state, reason }) => state === 'thinking' && reason.includes('slow down')));
  check(isTold, `429 waves: nothing was said of them: ${JSON.stringify(refused.map(({ seen }) => seen))}`);
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
