// Kills the driver of a batch, its server or both at every line of its journal, in every gap between an effect and its line, and at
// random moments; carries each batch to its end and compares it with one that nobody killed.
// npm run prove:crash [-- --seed 1234 --points all|<number> --random <number>]
import assert from 'node:assert/strict';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { CrashHarness, type CrashBatch, type CrashMoment, type CrashOutcome, type CrashPoint } from '../support/crashHarness';
import { randomPort } from '../support/opencodeHarness';
import { mintDrafts, toldDrafts, writingDraft } from '../support/writtenDrafts';
import { drawn, everyPoint, groupOf, nameOf, randomMoments, victims } from './crashPoints';
import { randomFrom } from '../support/random';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    points: { type: 'string', default: 'all' },
    random: { type: 'string', default: '40' },
  },
});
const random = randomFrom(Number(values.seed));
console.log(`seed ${values.seed}`);

type Row = { tried: number; hit: number; same: number };
const table = new Map<string, Row>();
const wrong: string[] = [];
const harness = await CrashHarness.start(randomPort());
try {
  const { model } = harness.runs;
  mintDrafts(model);
  const freshBatch = () => harness.batch({ script: task => [writingDraft, `[[write out/${task}.txt|the work of ${task}]]`, writingDraft] });
  await (await freshBatch()).drive(); // starts the server, whose start is no part of the time below
  const seen = model.requests.length;
  const whole = await freshBatch();
  const started = performance.now();
  const { output } = await whole.drive();
  const duration = performance.now() - started;
  const expected = await whole.outcome();
  const journal = await whole.journal();
  refuseUnusable(expected, output, toldDrafts(model, seen).size, await whole.lost());
  const all = everyPoint(journal);
  const points = values.points === 'all' ? all : drawn(all, Number(values.points), random);
  const moments = randomMoments(Number(values.random), duration, random);
  const lines = all.filter(({ side, victim }) => side === 'after' && victim === 'driver').length;
  console.log(
    `${lines} lines and ${all.length / victims.length - lines} gaps of a batch of ${Math.round(duration / 1000)} s, ${victims.length} victims each: ` +
      `${all.length} points, ${points.length} tried; ${moments.length} kills at random`,
  );
  for (const point of [...points, ...moments]) await tryPoint(await freshBatch(), point, expected);
} finally {
  await harness.dispose();
}
printTable();
console.log(wrong.length === 0 ? '\nEvery batch came to the same end.' : `\n${wrong.join('\n\n')}`);
process.exit(wrong.length === 0 ? 0 : 1);

/** What the others are compared with must have done the whole work: two batches that do nothing are equal too. */
function refuseUnusable(outcome: CrashOutcome, output: string, drafts: number, lost: readonly string[]): void {
  assert.ok(outcome.tree.length === 4 && outcome.tasks.every(task => task.includes(': completed — Did ')), output);
  assert.deepEqual(outcome.merges, { '01.01.01': 1, '01.01.02': 1 });
  assert.ok(Object.values(outcome.prompts).every(({ sessions, prompts }) => sessions === 1 && prompts === 1));
  assert.ok(drafts === 8, `${drafts} drafts were written`);
  assert.deepEqual(lost, []);
}

async function tryPoint(batch: CrashBatch, point: CrashPoint | CrashMoment, expected: CrashOutcome): Promise<void> {
  const story: string[] = [];
  let isHit = false;
  let isSame = false;
  try {
    const first = await batch.drive(point);
    ({ isHit } = first);
    story.push(first.output);
    if (!first.isFinished) {
      const second = await batch.drive();
      story.push(second.output);
      if (!second.isFinished) throw new Error('the next driver did not come to an end');
    }
    const [outcome, lost] = [await batch.outcome(), await batch.lost()];
    if (!isHit && !('after' in point)) throw new Error('it was never reached');
    if (lost.length > 0) throw new Error(`lost: ${lost.join(', ')}`);
    isSame = isDeepStrictEqual(outcome, expected);
    assert.deepEqual(outcome, expected);
  } catch (error) {
    wrong.push(`${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}\n${story.join('--- the next driver\n')}`);
  }
  const row = table.get(groupOf(point)) ?? { tried: 0, hit: 0, same: 0 };
  table.set(groupOf(point), { tried: row.tried + 1, hit: row.hit + Number(isHit), same: row.same + Number(isSame) });
  console.log(`${isSame ? 'same' : 'DIFFERENT'}${isHit ? '' : ', too late'}: ${nameOf(point)}`);
}

function printTable(): void {
  const width = Math.max(...[...table.keys()].map(({ length }) => length)) + 2;
  console.log(`\n${''.padEnd(width)}${['tried', 'hit', 'same end'].map(column => column.padStart(10)).join('')}`);
  for (const [name, { tried, hit, same }] of table) {
    console.log(`${name.padEnd(width)}${[tried, hit, same].map(count => String(count).padStart(10)).join('')}`);
  }
}
