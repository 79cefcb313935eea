// Changes, removes and restores worktrees at random, kills programs in the middle of it, and compares every byte.
// npm run prove:restore [-- --seed 1234] [-- --minutes 3]
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomFrom } from '../support/random';
import { runRestoreStep } from '../support/restoreChild';
import { playRestoreRound } from '../support/restoreRound';

const step = process.argv.indexOf('--step');
if (step < 0) await prove();
else await runRestoreStep(process.argv.slice(step + 1));

async function prove(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, minutes: { type: 'string', default: '3' }, rounds: { type: 'string' } },
  });
  const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  // One seed is one round, so that a fault is played again by its own.
  const rounds = values.rounds === undefined ? (values.seed === undefined ? Infinity : 1) : Number(values.rounds);
  const end = Date.now() + Number(values.minutes) * 60_000;
  console.log(`first seed ${first}`);
  const command = [process.execPath, fileURLToPath(import.meta.url), '--step'];
  const counts = new Map<string, number>();
  let played = 0;
  let wrong = 0;
  for (; played < rounds && Date.now() < end; played++) {
    const seed = first + played;
    const report = await playRestoreRound(randomFrom(seed), { command, kills: 'at points and moments' }).catch((error: unknown) => ({
      counts: new Map<string, number>(),
      faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    }));
    for (const [what, times] of report.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    if (report.faults.length > 0) wrong++;
    for (const fault of report.faults.slice(0, 10)) console.log(`seed ${seed}: ${fault}`);
  }
  const width = Math.max(...[...counts.keys(), 'rounds with a difference'].map(what => what.length));
  for (const [what, times] of [...counts].sort(([left], [right]) => left.localeCompare(right))) {
    console.log(`${what.padEnd(width)}  ${times}`);
  }
  console.log(`${'rounds'.padEnd(width)}  ${played}\n${'rounds with a difference'.padEnd(width)}  ${wrong}`);
  process.exitCode = wrong === 0 && played > 0 ? 0 : 1;
}
