import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { multitaskSource } from '../../../../src/runtime/sources/multitaskSource';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

const entries = [{ issue: 12, branch: 'feat/x', task: 'Do it.' }];

describe('Multitask configs as a source of plans', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  const write = async (name: string, text: string) => {
    const file = path.join(folder.path, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  before(async () => {
    folder = await temporaryDirectory();
    await write('multitask.json', JSON.stringify(entries));
    await write('docs/next.multitask.md', '- #1 (a): A\n- #2 (b): B\n');
    await write('multitask-broken.json', '[');
    await write('other.json', '[]');
    await write('node_modules/multitask.json', '[]');
    await write('docs/deep/multitask.json', '[]');
  });
  after(() => folder.dispose());

  it('are found by their names in the root and its folders, broken ones too', async () => {
    assert.deepEqual(await multitaskSource.find(folder.path), [
      { kind: 'multitask', path: 'docs/next.multitask.md', title: 'next.multitask.md', detail: '2 entries' },
      { kind: 'multitask', path: 'multitask-broken.json', title: 'multitask-broken.json', detail: 'cannot be read' },
      { kind: 'multitask', path: 'multitask.json', title: 'multitask.json', detail: '1 entry' },
    ]);
    assert.deepEqual(await multitaskSource.find(path.join(folder.path, 'nowhere')), []);
  });

  it('are read as plans, whole or not at all', async () => {
    const { plan, problems } = await multitaskSource.read(folder.path, 'multitask.json');
    assert.deepEqual([plan?.stages[0]?.threads.map(({ key, title }) => [key, title]), problems], [[['12', 'Issue #12']], []]);
    const broken = await multitaskSource.read(folder.path, 'multitask-broken.json');
    assert.equal(broken.plan, undefined);
    assert.deepEqual(
      broken.problems.map(({ at }) => at),
      [{ file: 'multitask-broken.json', line: 1, column: 2 }],
    );
    assert.match((await multitaskSource.read(folder.path, 'gone.json')).problems[0]?.message ?? '', /^There is no file gone\.json\.$/);
  });

  it('have no place for what became of their entries, which is said', async () => {
    assert.deepEqual(await multitaskSource.writeBack(folder.path, 'multitask.json', [{ key: '12', title: 'T', status: 'pending' }]), []);
    assert.deepEqual(await multitaskSource.writeBack(folder.path, 'multitask.json', [{ key: '12', title: 'T', status: 'completed' }]), [
      'multitask.json has no place for how its 1 entry stand: nothing was written into it.',
    ]);
  });
});
