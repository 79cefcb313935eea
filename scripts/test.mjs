// npm test: set-up, build, then everything, in lanes side by side.
// node scripts/test.mjs <step> … [options of the test runner]: only those, e.g. `npm run test:unit -- --grep plan`.
import path from 'node:path';
import { Advice, main } from './lib/fail.mjs';
import { killLanes, runLane } from './lib/lane.mjs';
import { root } from './lib/paths.mjs';
import { steps } from './lib/steps.mjs';
import { budgets, failures, secondsOf, table, totals } from './lib/summary.mjs';
import { setUp } from './setup.mjs';

/**
 * `limit`: minutes until a lane is ended by force. `budget`: minutes that it may take on two cores which do nothing else. The window
 * lane waits for the first: two cores carry one browser beside one busy compiler.
 */
const lanes = {
  everything: [
    { name: 'code', limit: 12, budget: 3, steps: ['types', 'lint', 'format', 'unit', 'vsix', 'package'] },
    { name: 'integration', limit: 35, budget: 18, steps: ['integration'] },
    { name: 'window', limit: 35, budget: 12, steps: ['host', 'e2e'], after: 'code' },
  ],
  check: [
    { name: 'lint', limit: 5, budget: 1, steps: ['lint'] },
    { name: 'code', limit: 5, budget: 1, steps: ['types', 'format', 'unit'] },
  ],
};

/** For a machine that is set up and does nothing else. */
const wholeBudget = 20;

function chosenLanes(names, all) {
  if (names.length === 0) return lanes.everything;
  if (names[0] === 'check') return lanes.check;
  const unknown = names.find(name => !all.has(name));
  if (unknown) throw new Advice(`There is no step "${unknown}". There are: check, ${[...all.keys()].join(', ')}.`);
  return [{ name: names.join('-'), limit: names.some(name => name === 'integration' || name === 'long') ? 35 : 20, steps: names }];
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    killLanes();
    process.exit(130);
  });
}

await main(async () => {
  const split = process.argv.slice(2).findIndex(argument => argument.startsWith('-'));
  const names = process.argv.slice(2, split < 0 ? undefined : split + 2);
  const extra = split < 0 ? [] : process.argv.slice(split + 2);
  const all = new Map(steps({ extra, cached: names.length > 0 }).map(step => [step.name, step]));
  const plan = chosenLanes(names, all).map(lane => ({ ...lane, steps: lane.steps.map(name => all.get(name)) }));
  const taken = plan.flatMap(lane => lane.steps);

  const started = Date.now();
  await setUp({ window: taken.some(step => step.window) });
  const settingUp = { step: { name: 'set-up' }, status: 'passed', seconds: (Date.now() - started) / 1000 };

  const bundles = [...new Set(taken.flatMap(step => step.bundles ?? []))];
  const build = {
    name: 'build',
    command: process.execPath,
    args: ['esbuild.mjs', ...(names.length > 0 ? [`--only=${bundles.join(',')}`] : [])],
  };
  const [built] = bundles.length > 0 ? await runLane({ name: 'build', limit: 3, steps: [build] }, { prefix: '', folder: root }) : [];

  // Without a fresh build, tests would judge yesterday's code.
  if (built?.status === 'failed') for (const step of taken.filter(step => step.bundles)) step.absent = 'the build failed';

  const running = new Map();
  for (const lane of plan) {
    const prefix = plan.length > 1 ? `[${lane.name}] ` : '';
    running.set(
      lane.name,
      Promise.resolve(running.get(lane.after)).then(() => runLane(lane, { prefix, folder: root })),
    );
  }
  const byLane = await Promise.all(running.values());
  const outcomes = [settingUp, ...(built ? [built] : []), ...byLane.flat()];
  const { passed, failed, skipped } = totals(outcomes);
  const spent = plan.map(({ name, budget }, index) => ({ name, budget, seconds: secondsOf(byLane[index]) }));
  const whole = { name: 'all', budget: names.length === 0 ? wholeBudget : undefined, seconds: (Date.now() - started) / 1000 };
  console.log(['', ...failures(outcomes)].join('\n'));
  console.log(
    `\n${table(outcomes)}\n\n${budgets([...spent, whole]).join('\n')}\nThe output of each lane is in ${path.join('out', 'logs')}.`,
  );
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 ? 0 : 1;
});
