import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { afterVerdict, beginSearch, nextStep, nextTry, type RoundTally } from '../../../../src/domain/merge/prefixSearch';

type Verdict = (threads: readonly number[]) => boolean;
type Queue = { readonly landed: readonly number[]; readonly heldBack: readonly number[]; readonly validations: number };

/** Takes threads 0…count-1 through rounds of at most `limit`, as the merge queue does. Every tip that landed must be green. */
function together(count: number, limit: number, verdict: Verdict, before?: RoundTally): Queue {
  const landed: number[] = [];
  const heldBack: number[] = [];
  let validations = 0;
  let isOneByOne = false;
  let pending = Array.from({ length: count }, (_, index) => index);
  while (pending.length > 0) {
    const { together: size, onlyWhole } = nextTry(limit, { taken: count, heldBack: heldBack.length, isOneByOne }, before);
    const tried = pending.slice(0, size);
    let search = beginSearch(tried.length, onlyWhole);
    let step = nextStep(search);
    for (; step.kind !== 'found'; step = nextStep(search)) {
      validations++;
      assert.ok(step.prefix >= 1 && step.prefix <= tried.length);
      search = afterVerdict(search, verdict([...landed, ...tried.slice(0, step.prefix)]));
    }
    const gaveUp = step.landing === 0 && !step.hasCulprit;
    assert.ok(!(gaveUp && isOneByOne), 'one thread alone is always settled');
    isOneByOne ||= gaveUp;
    landed.push(...tried.slice(0, step.landing));
    if (step.hasCulprit) heldBack.push(tried[step.landing] ?? assert.fail('there is a culprit'));
    pending = pending.slice(step.landing + (step.hasCulprit ? 1 : 0));
  }
  return { landed, heldBack, validations };
}

const oneByOne = (count: number, verdict: Verdict) => together(count, 1, verdict);

/** Red as soon as all threads of any of the sets are there: bad threads are sets of one, pairs sets of two. */
const redSets =
  (sets: readonly (readonly number[])[]): Verdict =>
  threads =>
    !sets.some(set => set.every(thread => threads.includes(thread)));

const sizes = fc.integer({ min: 1, max: 16 });
const someSets = fc.array(fc.uniqueArray(fc.nat(15), { minLength: 1, maxLength: 3 }), { maxLength: 5 });

/** All ways to choose `size` of ten threads. */
function choose(size: number, from = 0): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  const rest = Array.from({ length: 10 - from }, (_, index) => from + index);
  return rest.flatMap(first => choose(size - 1, first + 1).map(others => [first, ...others]));
}

describe('Threads tried together', () => {
  it('hold back exactly the threads that one by one holds back, of a pair the later', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 16 }), someSets, (count, limit, sets) => {
        const verdict = redSets(sets);
        const { landed, heldBack } = together(count, limit, verdict);
        const serial = oneByOne(count, verdict);
        assert.deepEqual({ landed, heldBack }, { landed: serial.landed, heldBack: serial.heldBack });
      }),
      { numRuns: 2000 },
    );
  });

  it('land no tip that was not found green, whatever the checks say, and settle every thread once', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 16 }), fc.infiniteStream(fc.boolean()), (count, limit, answers) => {
        const green = new Set<string>();
        const asked = (threads: readonly number[]) => {
          const isGreen = answers.next().value === true;
          if (isGreen) green.add(threads.join());
          return isGreen;
        };
        const { landed, heldBack } = together(count, limit, asked);
        assert.deepEqual(
          [...landed, ...heldBack].sort((a, b) => a - b),
          Array.from({ length: count }, (_, index) => index),
        );
        if (landed.length > 0) assert.ok(green.has(landed.join()), 'the last tip was found green');
      }),
      { numRuns: 2000 },
    );
  });

  it('hold back nobody for one false alarm', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(40), (count, limit, alarm) => {
        let checks = 0;
        const { heldBack } = together(count, limit, () => checks++ !== alarm);
        assert.deepEqual(heldBack, []);
      }),
    );
  });

  const table: readonly { name: string; bad: readonly (readonly (readonly number[])[])[]; mean: number; maximum: number }[] = [
    { name: 'none bad', bad: [[]], mean: 1, maximum: 1 },
    { name: 'one bad', bad: choose(1).map(set => set.map(thread => [thread])), mean: 6.4, maximum: 7 },
    { name: 'two bad', bad: choose(2).map(set => set.map(thread => [thread])), mean: 10.7, maximum: 12 },
    { name: 'three bad', bad: choose(3).map(set => set.map(thread => [thread])), mean: 16.5, maximum: 20 },
    { name: 'five bad', bad: choose(5).map(set => set.map(thread => [thread])), mean: 20.4, maximum: 22 },
    { name: 'one pair red together', bad: choose(2).map(pair => [pair]), mean: 6.6, maximum: 7 },
  ];
  for (const { name, bad, mean, maximum } of table) {
    it(`take ${mean} validations on the average and ${maximum} at most for ten threads, ${name}`, () => {
      const counts = bad.map(sets => together(10, 10, redSets(sets)).validations);
      assert.ok(Math.max(...counts) <= maximum, `${Math.max(...counts)} at most`);
      const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      assert.ok(average <= mean, `${average} on the average`);
    });
  }

  it('are checked as a whole once more after two culprits, and go one by one in the round after one in which 30 % were bad', () => {
    const round = { taken: 8, heldBack: 0, isOneByOne: false };
    assert.deepEqual(nextTry(8, round, undefined), { together: 8, onlyWhole: false });
    assert.deepEqual(nextTry(8, { ...round, heldBack: 1 }, { taken: 8, heldBack: 2 }), { together: 8, onlyWhole: false });
    assert.deepEqual(nextTry(8, { ...round, heldBack: 2 }, undefined), { together: 8, onlyWhole: true });
    assert.deepEqual(nextTry(8, { ...round, heldBack: 2, isOneByOne: true }, undefined), { together: 1, onlyWhole: true });
    assert.equal(nextTry(8, round, { taken: 10, heldBack: 3 }).together, 1);
    assert.equal(nextTry(8, round, { taken: 1, heldBack: 1 }).together, 8, 'one thread alone says nothing of many');
  });
});
