// Kills the driver of a batch, its server or both at every line of its journal, in every gap between an effect and its line, and at
// random moments; carries each batch to its end and compares it with one that nobody killed.
// npm run prove:crash [-- --seed 1234 --points all|<number> --random <number> --victim driver --only 'gap before effect.done prompt' --part 1/3 --jobs 2 --resume <file>]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { CrashHarness, type CrashBatch, type CrashOutcome } from '../support/crashHarness';
import { randomPort } from '../support/opencodeHarness';
import { projectRoot } from '../support/projectRoot';
import { randomFrom } from '../support/random';
import { mintDrafts, toldDrafts, writingDraft } from '../support/writtenDrafts';
import { drawn, momentTrials, partOf, pointTrials, victims, type Trial } from './crashPoints';
import { CrashResults } from './crashResults';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    points: { type: 'string', default: 'all' },
    random: { type: 'string', default: '40' },
    victim: { type: 'string' },
    only: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    jobs: { type: 'string', default: '1' },
    resume: { type: 'string' },
  },
});
const results = new CrashResults(values.resume, values.seed === undefined ? undefined : Number(values.seed));
const random = randomFrom(results.seed);
const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: projectRoot(), encoding: 'utf8' }).trim();
console.log(`seed ${results.seed}, commit ${commit}`);

const harnesses: CrashHarness[] = [];
const { all, count } = await tryAll().finally(async () => {
  for (const harness of harnesses) await harness.dispose();
});
const { different } = results;
console.log(`\n${results.table(all)}\n`);
for (const [by, count] of results.commits) console.log(`${count} were tried with ${by}.`);
for (const { name, story } of different) console.log(`\nDIFFERENT: ${name}\n${story ?? ''}`);
console.log(
  different.length > 0 ? `\n${different.length} ended differently.` : `\nEvery batch came to the same end; ${count} were tried now.`,
);
process.exit(different.length === 0 ? 0 : 1);

/** Everything there is to try, and how much of it was tried now. */
async function tryAll(): Promise<{ readonly all: readonly Trial[]; readonly count: number }> {
  const [first, expected] = await startedHarness();
  const points = pointTrials(first.journal);
  const all = [...points, ...momentTrials(Number(values.random), first.duration, random)];
  const chosen = values.points === 'all' ? points : drawn(points, Number(values.points), random);
  const wanted = [...chosen, ...all.slice(points.length)].filter(
    ({ name, group, victim }) =>
      (values.victim === undefined || victim === values.victim) && (values.only === undefined || [name, group].includes(values.only)),
  );
  const queue = partOf(wanted, values.part).filter(trial => !results.isThrough(trial));
  const count = queue.length;
  console.log(
    `a batch of ${Math.round(first.duration / 1000)} s: ${points.length / victims.length} lines and gaps and ${values.random} moments, ` +
      `${victims.length} victims each: ${all.length} in all, ${count} to try now`,
  );
  const work = async (harness: CrashHarness): Promise<void> => {
    for (let trial = queue.shift(); trial; trial = queue.shift()) {
      const started = performance.now();
      await tryOne(await freshBatch(harness), trial, expected);
      harness.runs.model.requests.splice(0); // they are looked at by now, and would fill the memory
      console.log(`  ${Math.round((performance.now() - started) / 1000)} s; ${count - queue.length} of ${count} begun`);
    }
  };
  const others = Array.from({ length: Number(values.jobs) - 1 }, async () => {
    const [other, same] = await startedHarness();
    assert.deepEqual(same, expected);
    await work(other.harness);
  });
  await Promise.all([work(first.harness), ...others]);
  return { all, count };
}

/** With its server running, and what a batch comes to that nobody kills. */
async function startedHarness() {
  const harness = await CrashHarness.start(randomPort());
  harnesses.push(harness);
  const { model } = harness.runs;
  mintDrafts(model);
  await (await freshBatch(harness)).drive(); // starts the server, whose start is no part of the time below
  const seen = model.requests.length;
  const whole = await freshBatch(harness);
  const started = performance.now();
  const { output } = await whole.drive();
  const duration = performance.now() - started;
  const expected = await whole.outcome();
  refuseUnusable(expected, output, toldDrafts(model, seen).size, await whole.lost());
  return [{ harness, duration, journal: await whole.journal() }, expected] as const;
}

function freshBatch(harness: CrashHarness): Promise<CrashBatch> {
  return harness.batch({ script: task => [writingDraft, `[[write out/${task}.txt|the work of ${task}]]`, writingDraft] });
}

/** What the others are compared with must have done the whole work: two batches that do nothing are equal too. */
function refuseUnusable(outcome: CrashOutcome, output: string, drafts: number, lost: readonly string[]): void {
  assert.equal(outcome.tree.filter(line => line.includes(' out/')).length, 4, output);
  assert.ok(outcome.tasks.length === 4 && outcome.tasks.every(task => task.includes(': completed — Did ')), output);
  assert.deepEqual(outcome.merges, { '01.01.01': 1, '01.01.02': 1 });
  assert.ok(Object.values(outcome.prompts).every(({ sessions, prompts }) => sessions === 1 && prompts === 1));
  assert.ok(drafts === 8, `${drafts} drafts were written`);
  assert.deepEqual(lost, []);
}

async function tryOne(batch: CrashBatch, trial: Trial, expected: CrashOutcome): Promise<void> {
  const { name, group, victim, at } = trial;
  const told: string[] = [];
  let [isHit, isSame] = [false, false];
  let problem = '';
  try {
    const first = await batch.drive(at);
    ({ isHit } = first);
    told.push(first.output);
    if (!first.isFinished) {
      const second = await batch.drive();
      told.push(second.output);
      if (!second.isFinished) throw new Error('the next driver did not come to an end');
    }
    const [outcome, lost] = [await batch.outcome(), await batch.lost()];
    if (!isHit && !('after' in at)) throw new Error('it was never reached');
    if (lost.length > 0) throw new Error(`lost: ${lost.join(', ')}`);
    isSame = isDeepStrictEqual(outcome, expected);
    assert.deepEqual(outcome, expected);
  } catch (error) {
    problem = `${error instanceof Error ? error.message : String(error)}\n${told.join('--- the next driver\n')}`;
  }
  results.add({ name, group, victim, isHit, isSame, commit, ...(problem === '' ? {} : { story: problem }) });
  console.log(`${isSame ? 'same' : 'DIFFERENT'}${isHit ? '' : ', too late'}: ${name}`);
}
