import assert from 'node:assert/strict';
import type { MergeOutcome, MergeRequest } from '../../../src/runtime/merge/mergeRequest';
import type { TemporaryRepository } from '../../support/gitRepository';
import { mergeFixture, type MergeFixture } from './mergeFixture';

const ref = 'refs/heads/work/001-x';

describe('Threads that wait together, one of which git cannot merge', () => {
  let fixture: MergeFixture;
  let repository: TemporaryRepository;
  const signal = new AbortController().signal;
  const green = () => Promise.resolve(undefined);

  beforeEach(async () => {
    fixture = await mergeFixture();
    ({ repository } = fixture);
  });
  afterEach(() => repository.dispose());

  /** A thread's work: the user's commit with these entries of the index changed. */
  const work = async (thread: string, position: number, entries: readonly string[]): Promise<MergeRequest> => {
    await repository.git(['read-tree', 'HEAD']);
    for (const entry of entries) await repository.git(['update-index', '--add', '--cacheinfo', entry]);
    const tree = await repository.git(['write-tree']);
    await repository.git(['reset', '--quiet']);
    const tip = await repository.git(['commit-tree', '-p', 'HEAD', '-m', thread, tree]);
    await repository.git(['update-ref', `refs/heads/task/${thread}`, tip]);
    return { thread, tip, position, message: `Merge thread ${thread}`, trailers: { Thread: thread }, intentDate: 1_700_000_000_000 };
  };
  const blob = async (text: string, name: string) => {
    await repository.write({ '.git/blob': text });
    return `100644,${await repository.git(['hash-object', '-w', '.git/blob'])},${name}`;
  };
  const merge = async (requests: readonly MergeRequest[]): Promise<readonly PromiseSettledResult<MergeOutcome<string>>[]> => {
    const queue = fixture.newQueue('no-ff', 10);
    await queue.ensureIntegrationBranch({ base: await repository.git(['rev-parse', 'HEAD']) });
    return Promise.allSettled(requests.map(request => queue.merge<string>(request, signal, green)));
  };
  const said = (ends: readonly PromiseSettledResult<MergeOutcome<string>>[]) =>
    ends.map(end =>
      end.status === 'rejected' ? String(end.reason) : end.value.kind === 'conflict' ? end.value.files.join() : end.value.kind,
    );

  it('go on where a merge driver fails: that thread conflicts', async () => {
    await repository.write({ '.gitattributes': 'a.txt merge=broken\n' });
    await repository.commit('Attributes');
    await repository.git(['config', 'merge.broken.driver', 'exit 130']);
    const requests = [
      await work('01.01.01', 0, [await blob('one\n', 'a.txt')]),
      await work('01.01.02', 1, [await blob('two\n', 'a.txt')]),
      await work('01.01.03', 2, [await blob('three\n', 'b.txt')]),
    ];
    assert.deepEqual(said(await merge(requests)), ['landed', 'a.txt', 'landed']);
    assert.equal(await repository.git(['show', `${ref}:a.txt`]), 'one');
  });

  it('go on where two move a submodule to different commits: the later conflicts in it', async () => {
    const at = (digit: string) => `160000,${digit.repeat(40)},sub`;
    await repository.write({ '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n' });
    await repository.git(['add', '.gitmodules']);
    await repository.git(['update-index', '--add', '--cacheinfo', at('1')]);
    await repository.git(['commit', '--quiet', '-m', 'Submodule']);
    const requests = [
      await work('01.01.01', 0, [at('2')]),
      await work('01.01.02', 1, [at('3')]),
      await work('01.01.03', 2, [await blob('three\n', 'b.txt')]),
    ];
    assert.deepEqual(said(await merge(requests)), ['landed', 'sub', 'landed']);
    assert.match(await repository.git(['ls-tree', ref, 'sub']), /^160000 commit 2{40}\tsub$/);
  });

  it('keep pointers of large files as they are where their program is missing, and say so where it is demanded', async () => {
    const pointer = (digit: string) => `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize 12345\n`;
    await repository.write({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'x.bin': pointer('1') });
    await repository.commit('Pointer');
    const requests = [
      await work('01.01.01', 0, [await blob(pointer('2'), 'x.bin')]),
      await work('01.01.02', 1, [await blob(pointer('3'), 'x.bin')]),
    ];
    assert.deepEqual(said(await merge(requests)), ['landed', 'x.bin']);
    assert.equal(await repository.git(['show', `${ref}:x.bin`]), pointer('2').trim());
    const tip = await repository.git(['rev-parse', ref]);
    const more = [
      await work('01.01.03', 0, [await blob(pointer('4'), 'y.bin')]),
      await work('01.01.04', 1, [await blob(pointer('5'), 'z.bin')]),
    ];
    await repository.git(['config', 'filter.lfs.smudge', 'no-such-git-lfs smudge -- %f']);
    await repository.git(['config', 'filter.lfs.required', 'true']);
    for (const text of said(await merge(more))) assert.match(text, /smudge filter lfs failed|filter 'lfs|no-such-git-lfs/);
    assert.equal(await repository.git(['rev-parse', ref]), tip, 'nothing moved');
    assert.equal(await repository.git(['for-each-ref', 'refs/work/candidates']), '');
  });
});
