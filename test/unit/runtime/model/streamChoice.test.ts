import assert from 'node:assert/strict';
import type { IndexRecord } from '../../../../src/domain/files/records';
import type { StreamStatus } from '../../../../src/domain/tree/nodes';
import { chooseStream } from '../../../../src/runtime/model/streamChoice';

type Situation = Readonly<Record<string, StreamStatus | 'missing'>>;

function chosen(situation: Situation, current?: string): string | undefined {
  const ids = Object.keys(situation);
  const streams = ids.map((id, order) => ({ id, name: id.slice(4), order, path: `work/${id}` }));
  const index: IndexRecord = { version: '1.0.0', last_updated: '', current_stream: current, streams };
  const summaries = Object.entries(situation).map(([id, state]) => ({
    id,
    name: id.slice(4),
    status: state === 'missing' ? 'pending' : state,
    missing: state === 'missing',
    current: id === current,
  }));
  return chooseStream(index, summaries)?.id;
}

describe('the workstream that is shown', () => {
  const table: readonly [string, Situation, string | undefined, string | undefined][] = [
    ['the current one, finished or not', { '001-a': 'completed', '002-b': 'pending' }, '001-a', '001-a'],
    ['the current one by its name', { '001-a': 'completed', '002-b': 'pending' }, 'a', '001-a'],
    ['the only unfinished one when none is current', { '001-a': 'completed', '002-b': 'in_progress' }, undefined, '002-b'],
    ['the only unfinished one when the current one is unknown', { '001-a': 'completed', '002-b': 'on_hold' }, '009-z', '002-b'],
    ['none of several unfinished ones', { '001-a': 'pending', '002-b': 'in_progress' }, undefined, undefined],
    ['none whose folder is missing', { '001-a': 'missing', '002-b': 'pending' }, undefined, '002-b'],
    ['none when all are finished', { '001-a': 'completed' }, undefined, undefined],
    ['none when there is none', {}, undefined, undefined],
  ];
  for (const [what, situation, current, expected] of table) {
    it(`is ${what}`, () => assert.equal(chosen(situation, current), expected));
  }
});
