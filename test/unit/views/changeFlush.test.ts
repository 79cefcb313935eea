import assert from 'node:assert/strict';
import { ChangeFlush } from '../../../src/views/changeFlush';
import { waitFor } from '../../support/waitFor';

const parentOf = (id: string) => (id.includes('.') ? id.slice(0, id.lastIndexOf('.')) : undefined);

async function flushed(...added: ('all' | string[])[]): Promise<(string[] | undefined)[]> {
  const seen: (string[] | undefined)[] = [];
  const flush = new ChangeFlush<string>(parentOf, elements => seen.push(elements));
  for (const elements of added) flush.add(elements);
  await waitFor('the flush', () => seen.length > 0);
  flush.dispose();
  return seen;
}
const many = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}.${index}`);

describe('ChangeFlush', () => {
  it('hands over what changed in between as one list without repetitions', async () => {
    assert.deepEqual(await flushed(['a', 'b'], ['b', 'c']), [['a', 'b', 'c']]);
  });

  it('hands over everything when the first level changed', async () => {
    assert.deepEqual(await flushed(['a'], 'all'), [undefined]);
  });

  it('hands over parents when more than 200 rows changed', async () => {
    assert.deepEqual(await flushed(many('a', 150), many('b', 60)), [['a', 'b']]);
  });

  it('hands over everything when even the parents are too many, or there are none', async () => {
    assert.deepEqual(await flushed(Array.from({ length: 201 }, (_, index) => String(index))), [undefined]);
  });

  it('hands over at once what was gathered, to whoever cannot wait, and nothing twice', async () => {
    const seen: unknown[] = [];
    const flush = new ChangeFlush<string>(parentOf, elements => seen.push(elements));
    flush.now();
    flush.add(['a']);
    flush.now();
    flush.now();
    assert.deepEqual(seen, [['a']]);
    await flushed(['b']);
    flush.dispose();
    assert.deepEqual(seen, [['a']]);
  });

  it('does not hand over everything when that is being drawn already, but rows that changed since', async () => {
    const seen: unknown[] = [];
    const flush = new ChangeFlush<string>(parentOf, elements => seen.push(elements));
    flush.add('all');
    flush.drawnWhole();
    await flushed(['b']);
    assert.deepEqual(seen, []);
    flush.add('all');
    flush.add(['a']);
    flush.drawnWhole();
    await waitFor('the row', () => seen.length > 0);
    flush.dispose();
    assert.deepEqual(seen, [['a']]);
  });

  it('stays silent when nothing changed, or when it was disposed of', async () => {
    const seen: unknown[] = [];
    const disposed = new ChangeFlush<string>(parentOf, elements => seen.push(elements));
    disposed.add([]);
    disposed.add(['a']);
    disposed.dispose();
    await flushed(['b']);
    assert.deepEqual(seen, []);
  });
});
