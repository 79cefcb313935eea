// Runs 60 short tasks, ten a batch, through one server by the real runtime; prints what the server holds after every ten.
// npm run prove:memory [-- --tasks 60]
import { residentMegabytes } from '../../src/runtime/opencode/memoryGuard';
import { readServerState } from '../../src/runtime/opencode/serverState';
import { randomPort } from '../support/opencodeHarness';
import { RunHarness, working } from '../support/runHarness';

/** The first batch fills caches; from the second on the server may grow by this factor and no more. */
const mostGrowth = 1.3;
const perBatch = 10;

const given = process.argv.indexOf('--tasks');
const count = given < 0 ? 60 : Number(process.argv[given + 1]);
const two = (number: number) => String(number).padStart(2, '0');
const batches = Array.from({ length: Math.ceil(count / perBatch) }, (_, index) => `01.${two(index + 1)}`);
const threadsOf = (batch: string) => Array.from({ length: perBatch }, (_, index) => `${batch}.${two(index + 1)}`);

const harness = await RunHarness.start(randomPort());
const held: number[] = [];
const wrong: string[] = [];
try {
  const threads = batches.flatMap(threadsOf);
  const project = await harness.project({
    threads: threads.map(thread => `${thread} Thread`),
    tasks: Object.fromEntries(threads.map(thread => [`${thread}.01`, 'pending'])),
    settings: { 'work.maxConcurrent': 4 },
  });
  console.log('tasks   seconds   server, MB');
  const pids = new Set<number | undefined>();
  for (const [index, batch] of batches.entries()) {
    for (const thread of threadsOf(batch)) {
      harness.model.addScript(working(`${thread}.01`, `[[write ${thread}.txt|made]]`, `[[bash echo more >> ${thread}.txt]]`));
    }
    const begin = performance.now();
    const report = await project.run(batch);
    if (report.kind !== 'finished' || report.result.outcome !== 'completed') wrong.push(`${batch}: ${JSON.stringify(report)}`);
    const pid = (await readServerState(harness.stateDirectory))?.pid;
    pids.add(pid);
    const megabytes = (pid === undefined ? undefined : await residentMegabytes(pid)) ?? 0;
    held.push(megabytes);
    const cells = [String((index + 1) * perBatch).padStart(5), ((performance.now() - begin) / 1000).toFixed(1).padStart(9)];
    console.log([...cells, String(megabytes).padStart(12)].join(' '));
  }
  if (pids.size !== 1) wrong.push(`it was not one server: ${[...pids].join(', ')}`);
  const second = held[1] ?? 0;
  const most = Math.max(...held.slice(1));
  console.log(`most after the second ten: ${(most / second).toPrecision(3)} × what it held then`);
  if (!(most <= second * mostGrowth)) wrong.push(`the server grew from ${second} to ${most} MB`);
} finally {
  await harness.dispose();
}
console.log(wrong.length === 0 ? 'Its memory is level.' : wrong.join('\n'));
process.exit(wrong.length === 0 ? 0 : 1);
