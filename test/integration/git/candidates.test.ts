import assert from 'node:assert/strict';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { buildCandidate, type Candidate, type CandidateRequest } from '../../../src/runtime/git/candidates';
import { Git } from '../../../src/runtime/git/git';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

describe('A merge candidate', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let base: string;

  beforeEach(async () => {
    repository = await temporaryRepository({
      name: 'candidäte of',
      files: {
        'a.txt': '1\n2\n3\n4\n5\n',
        'b.txt': 'b\n',
        'work/index.json': '{}\n',
        'work/001-x/PLAN.md': '# Plan\n',
        'work/001-x/tasks.json': '[]\n',
      },
    });
    git = new Git(repository.root);
    base = await repository.git(['rev-parse', 'HEAD']);
  });
  afterEach(() => repository.dispose());

  /** Commits on a branch from the base and leaves the checkout on `main`. */
  const branchWith = async (name: string, change: () => Promise<unknown>) => {
    await repository.git(['switch', '--quiet', '-c', name, base]);
    await change();
    const commit = await repository.commit(name);
    await repository.git(['switch', '--quiet', 'main']);
    return commit;
  };
  const build = (onto: string, theirs: string, more: Partial<CandidateRequest> = {}) =>
    buildCandidate(git, {
      onto,
      theirs,
      strategy: 'no-ff',
      message: 'Merge thread 01.01.01: $(x)',
      trailers: { Thread: '01.01.01' },
      date: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
      cwd: repository.root,
      ...more,
    });
  const clean = (candidate: Candidate) => (candidate.kind === 'clean' ? candidate : assert.fail(`the candidate is ${candidate.kind}`));
  const show = (commit: string, file: string) => repository.git(['show', `${commit}:${file}`]);

  it('has two parents, our trailers and the time of the intent, and is the same commit each time', async () => {
    const ours = await branchWith('ours', () => repository.write({ 'b.txt': 'ours\n' }));
    const theirs = await branchWith('theirs', () => repository.write({ 'a.txt': '1\n2\n3\n4\nfive\n' }));
    const candidate = clean(await build(ours, theirs));
    assert.deepEqual(candidate.leftOut, []);
    assert.equal(
      await repository.git(['log', '-1', '--format=%P|%an|%ct|%at|%s|%(trailers:key=Thread,valueonly)', candidate.commit]),
      `${ours} ${theirs}|Ada Test|1704164645|1704164645|Merge thread 01.01.01: $(x)|01.01.01\n`,
    );
    assert.equal(await repository.git(['rev-parse', `${candidate.commit}^{tree}`]), candidate.tree);
    assert.deepEqual([await show(candidate.commit, 'a.txt'), await show(candidate.commit, 'b.txt')], ['1\n2\n3\n4\nfive', 'ours']);
    assert.deepEqual(await build(ours, theirs), candidate);
    assert.notEqual(clean(await build(ours, theirs, { date: Date.UTC(2025, 0, 1) })).commit, candidate.commit);
  });

  it('squashes into one commit that names what it holds', async () => {
    const theirs = await branchWith('theirs', () => repository.write({ 'a.txt': 'x\n' }));
    const { commit } = clean(await build(base, theirs, { strategy: 'squash' }));
    assert.equal(await repository.git(['log', '-1', '--format=%P|%(trailers:key=Squashed,valueonly)', commit]), `${base}|${theirs}\n`);
  });

  it('names the files of a conflict', async () => {
    const ours = await branchWith('ours', () => repository.write({ 'a.txt': 'ours\n', 'ü "q".txt': 'ours' }));
    const theirs = await branchWith('theirs', () => repository.write({ 'a.txt': 'theirs\n', 'ü "q".txt': 'theirs' }));
    assert.deepEqual(await build(ours, theirs), { kind: 'conflict', files: ['a.txt', 'ü "q".txt'], theirs });
  });

  it('is empty when there is nothing to bring in, or when it makes no difference', async () => {
    assert.deepEqual(await build(base, base), { kind: 'empty', leftOut: [] });
    const ours = await branchWith('ours', () => repository.write({ 'b.txt': 'same\n' }));
    assert.deepEqual(await build(ours, base), { kind: 'empty', leftOut: [] });
    const theirs = await branchWith('theirs', async () => {
      await repository.write({ 'b.txt': 'same\n' });
      await repository.commit('first');
    });
    assert.deepEqual(await build(ours, theirs), { kind: 'empty', leftOut: [] });
  });

  it('refuses revisions that do not exist and histories that never met', async () => {
    await assert.rejects(build(base, 'f'.repeat(40)), { name: 'GitError' });
    await assert.rejects(build('f'.repeat(40), base), { name: 'GitError' });
    await repository.git(['switch', '--quiet', '--orphan', 'orphan']);
    await repository.write({ 'x.txt': 'x' });
    const orphan = await repository.commit('Orphan');
    await assert.rejects(build(base, orphan), { name: 'GitError', reason: 'failed', message: /unrelated histories/ });
  });

  it('keeps state files as they are, even where they conflict, were deleted or moved', async () => {
    const ours = await branchWith('ours', () =>
      repository.write({ 'work/001-x/tasks.json': '["ours"]\n', 'work/001-x/PLAN.md': '# Ours\n' }),
    );
    const theirs = await branchWith('theirs', async () => {
      await repository.write({
        'work/001-x/tasks.json': '["theirs"]\n',
        'work/001-x/prompts/x.md': 'theirs',
        'work/001-x/files/x.md': 'theirs',
        'a.txt': 'theirs\n',
      });
      await mkdir(path.join(repository.root, 'docs'));
      await rename(path.join(repository.root, 'work/001-x/PLAN.md'), path.join(repository.root, 'docs/PLAN.md'));
      await rm(path.join(repository.root, 'work/index.json'));
    });
    const before = await repository.git(['status', '--porcelain']);
    const { commit, leftOut } = clean(await build(ours, theirs));
    assert.deepEqual([...leftOut], ['work/001-x/PLAN.md', 'work/001-x/prompts/x.md', 'work/001-x/tasks.json', 'work/index.json']);
    const changed = await repository.git(['diff', '--name-only', '--no-renames', ours, commit]);
    assert.deepEqual(changed.split('\n'), ['a.txt', 'docs/PLAN.md', 'work/001-x/files/x.md']);
    assert.equal(await repository.git(['status', '--porcelain']), before);
    const only = await branchWith('only', () => repository.write({ 'work/001-x/tasks.json': '["x"]\n' }));
    assert.deepEqual(await build(base, only), { kind: 'empty', leftOut: ['work/001-x/tasks.json'] });
  });

  it('does not take the id of a repository that an agent committed, but does take a submodule', async () => {
    const inner = async (name: string) => {
      await runGit(['init', '--quiet', name], repository.root);
      await runGit(
        ['-c', 'user.name=x', '-c', 'user.email=x', 'commit', '--quiet', '--allow-empty', '-m', 'x'],
        path.join(repository.root, name),
      );
    };
    const theirs = await branchWith('theirs', async () => {
      await inner('stray');
      await inner('meant');
      await repository.write({ '.gitmodules': '[submodule "m"]\n\tpath = meant\n\turl = ./m\n', 'c.txt': 'c' });
    });
    const { commit, leftOut } = clean(await build(base, theirs));
    assert.deepEqual(leftOut, ['stray']);
    assert.match(await repository.git(['ls-tree', commit, 'meant', 'stray']), /^160000 commit [0-9a-f]+\tmeant$/);
  });

  it('merges by the attributes of the folder it is told, not of the user’s checkout', async () => {
    await repository.write({ '.gitattributes': 'log.txt merge=union\n', 'log.txt': 'start\n' });
    base = await repository.commit('Attributes');
    const ours = await branchWith('ours', () => repository.write({ 'log.txt': 'start\nours\n' }));
    const theirs = await branchWith('theirs', () => repository.write({ 'log.txt': 'start\ntheirs\n' }));
    const other = path.join(repository.root, '..', 'other');
    await repository.git(['worktree', 'add', '--quiet', '--detach', other, ours]);
    await rm(path.join(repository.root, '.gitattributes'));
    const { commit } = clean(await build(ours, theirs, { cwd: other }));
    assert.equal(await show(commit, 'log.txt'), 'start\nours\ntheirs');
  });
});
