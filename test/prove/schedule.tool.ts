// Carries out random stages with the real server: agents meet at barriers up to the limit; each begins at a commit that holds what it
// depends on; threads that share a file are never at work together; what a blocked thread holds up is named, all else is merged.
// npm run prove:schedule [-- --seed 1234] [-- --threads 40] [-- --limit 4] [-- --rounds 1]
import { parseArgs } from 'node:util';
import { randomFrom } from '../support/random';
import { RunHarness } from '../support/runHarness';
import { randomSchedulePlan } from '../support/schedulePlan';
import { playSchedulePlan, type ScheduleReport } from '../support/scheduleRound';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    threads: { type: 'string', default: '40' },
    limit: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '1' },
  },
});
const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const harness = await RunHarness.start(4791);
const reports: ScheduleReport[] = [];
console.log('seed      threads   merged   blocked   unreachable   bases proved   pairs apart   at once   seconds');
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const seed = first + round;
    const began = Date.now();
    const plan = randomSchedulePlan(randomFrom(seed), Number(values.threads), Number(values.limit));
    const report = await playSchedulePlan(harness, plan);
    reports.push(report);
    const { merged, blocked, unreachable, proved, pairs, mostAtOnce } = report;
    const cells = [plan.threads.length, merged, blocked, unreachable, proved, pairs, mostAtOnce, Math.round((Date.now() - began) / 1000)];
    const widths = [7, 9, 10, 14, 15, 14, 10, 10];
    console.log(`${String(seed).padEnd(10)}${cells.map((cell, index) => String(cell).padStart(widths[index] ?? 0)).join('')}`);
    for (const fault of report.faults) console.log(`  breach: ${fault}`);
  }
} finally {
  await harness.dispose();
}
const breaches = reports.reduce((sum, { faults }) => sum + faults.length, 0);
console.log(`\nbreaches: ${breaches}`);
process.exitCode = breaches === 0 && reports.length > 0 ? 0 : 1;
