// Merges random threads (bad ones, pairs green alone and red together, flaky and hanging checks, conflicts, a driver that dies) on
// real git; clones, and checks every commit that stood on the branch; compares with one by one.
// npm run prove:merge [-- --seed 1234] [-- --plans 200] [-- --threads 10]
import { parseArgs } from 'node:util';
import { randomPlan } from '../support/mergePlan';
import { playMergePlan, type RoundReport } from '../support/mergeRound';
import { randomFrom } from '../support/random';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, plans: { type: 'string', default: '200' }, threads: { type: 'string', default: '10' } },
});
const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
console.log(`first seed ${first}`);
const reports: RoundReport[] = [];
for (let played = 0; played < Number(values.plans); played++) {
  const seed = first + played;
  const plan = randomPlan(randomFrom(seed), Number(values.threads), true);
  const report = await playMergePlan(plan, { withSerial: true }).catch((error: unknown): RoundReport => {
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { faults: [fault], ends: [], validations: 0, serial: 0, walked: 0, flaky: 0, died: false };
  });
  reports.push(report);
  if (report.faults.length > 0) console.log(`seed ${seed}: ${JSON.stringify(plan)}`);
  for (const fault of report.faults) console.log(`  ${fault}`);
}

const sum = (of: (report: RoundReport) => number) => reports.reduce((total, report) => total + of(report), 0);
const bad = ({ ends }: RoundReport) => ends.filter(end => end === 'rejected').length;
console.log('\nheld back by checks   plans   threads   validations   one by one');
for (const [label, least, most] of [
  ['0', 0, 0],
  ['1', 1, 1],
  ['2', 2, 2],
  ['3 and more', 3, Infinity],
] as const) {
  const own = reports.filter(report => bad(report) >= least && bad(report) <= most);
  const of = (count: (report: RoundReport) => number) => own.reduce((total, report) => total + count(report), 0);
  const cells = [own.length, of(({ ends }) => ends.length), of(({ validations }) => validations), of(({ serial }) => serial ?? 0)];
  console.log(`${label.padEnd(19)}${cells.map((cell, index) => String(cell).padStart([8, 10, 14, 13][index] ?? 0)).join('')}`);
}
const wrong = reports.filter(({ faults }) => faults.length > 0).length;
const rows = {
  'commits that stood on the branch, each checked in a clone': sum(({ walked }) => walked),
  'threads that conflicted': sum(({ ends }) => ends.filter(end => end === 'conflict').length),
  'checks that failed by chance and were found out': sum(({ flaky }) => flaky),
  'drivers that died': sum(({ died }) => Number(died)),
  plans: reports.length,
  'plans with a breach': wrong,
};
console.log();
for (const [what, count] of Object.entries(rows)) console.log(`${what.padEnd(60)}${count}`);
process.exitCode = wrong === 0 && reports.length > 0 ? 0 : 1;
