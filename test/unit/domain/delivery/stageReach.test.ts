import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { stageReach, type PlacedMerge } from '../../../../src/domain/delivery/stageReach';

/** `1 - 2 1` is a branch of four commits: the second nobody's, the third stage 2's; a place may hold several: `1+2`. */
function branch(text: string): readonly [number, readonly PlacedMerge[]] {
  const places = text.split(' ').filter(place => place !== '');
  const merges = places.flatMap((place, position) =>
    place === '-' ? [] : place.split('+').map(stage => ({ thread: `0${stage}.01.0${position}`, position })),
  );
  return [places.length, merges];
}

describe('How far a branch is delivered because of a stage', () => {
  for (const [text, end, along, held] of [
    ['1 1', 1, [], []],
    ['- -', 1, [], []],
    ['', -1, [], []],
    ['1 - 2 2', 1, [], ['02.01.02', '02.01.03']],
    ['2 2', -1, [], ['02.01.00', '02.01.01']],
    ['- 2', 0, [], ['02.01.01']],
    ['1 2 1 - 3', 3, ['02.01.01'], ['03.01.04']],
    ['1+2 2', 0, ['02.01.00'], ['02.01.01']],
  ] as const) {
    it(`of stage 1 on "${text}" to place ${end}`, () => {
      assert.deepEqual(stageReach(...branch(text), 1), { end, along, held });
    });
  }

  it('holds every merge of the stage, nothing of later ones behind its last, and could not go further', () => {
    const place = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (places, stage) => {
        const merges = places.flatMap((stages, position) => stages.map(each => ({ thread: `${each}.1.${position}`, position })));
        const { end, along, held } = stageReach(places.length, merges, stage);
        const last = places.findLastIndex(stages => stages.some(each => each <= stage));
        assert.ok(end >= last);
        const isFree = (stages: readonly number[]) => stages.every(each => each <= stage);
        assert.ok(places.slice(last + 1, end + 1).every(isFree));
        assert.ok(end === places.length - 1 || !isFree(places[end + 1] ?? []));
        const later = new Set(merges.flatMap(({ thread }) => (Number(thread.split('.')[0]) > stage ? [thread] : [])));
        assert.deepEqual([...along, ...held].sort(), [...later].sort());
      }),
    );
  });
});
