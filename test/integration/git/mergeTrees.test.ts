import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildCandidate, type CandidateRequest } from '../../../src/runtime/git/candidates';
import { Git } from '../../../src/runtime/git/git';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

const odd = 'ü "q" \'s.ts';

describe('A merge candidate whose conflicts', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let base: string;

  beforeEach(async () => {
    repository = await temporaryRepository({
      files: { 'a.ts': 'f();\n', [odd]: 'f();\n', 'b.py': 'if x:\n  f()\n', 'd.ts': 'one\ntwo\n' },
    });
    git = new Git(repository.root);
    base = await repository.git(['rev-parse', 'HEAD']);
  });
  afterEach(() => repository.dispose());

  const branchWith = async (name: string, files: Readonly<Record<string, string>>) => {
    await repository.git(['switch', '--quiet', '-c', name, base]);
    await repository.write(files);
    const commit = await repository.commit(name);
    await repository.git(['switch', '--quiet', 'main']);
    return commit;
  };
  const build = (onto: string, theirs: string, more: Partial<CandidateRequest> = {}) =>
    buildCandidate(git, {
      ...{ onto, theirs, strategy: 'no-ff', message: 'Merge', trailers: { Thread: '01.01.01' }, date: 1_700_000_000_000 },
      cwd: repository.root,
      ...more,
    });
  const show = (commit: string, file: string) => repository.git(['show', `${commit}:${file}`]);

  it('lose nothing is resolved by rule, says so in its message, and touches no checkout', async () => {
    const ours = await branchWith('ours', { 'a.ts': '  f();\n', [odd]: 'g();\n', 'd.ts': 'ONE\ntwo\n' });
    const theirs = await branchWith('theirs', { 'a.ts': 'g();\n', [odd]: '\tf();\r\n', 'd.ts': 'one\nTWO\n' });
    // Lines beside each other conflict for git although both sides could be taken: that is no rule's business.
    assert.deepEqual(await build(ours, theirs), { kind: 'conflict', files: ['d.ts'], theirs });
    const other = await branchWith('other', { 'a.ts': 'g();\n', [odd]: '\tf();\r\n' });
    const candidate = await build(ours, other);
    assert.ok(candidate.kind === 'clean');
    assert.deepEqual(candidate.byRule, [
      { path: 'a.ts', rule: 'whitespace' },
      { path: odd, rule: 'whitespace' },
    ]);
    assert.deepEqual(
      [await show(candidate.commit, 'a.ts'), await show(candidate.commit, odd), await show(candidate.commit, 'd.ts')],
      ['g();', 'g();', 'ONE\ntwo'],
    );
    assert.equal(
      await repository.git(['log', '-1', '--format=%(trailers:key=Resolved-By-Rule,valueonly)', candidate.commit]),
      `a.ts (whitespace), ${odd} (whitespace)\n`,
    );
    assert.deepEqual(await build(ours, other), candidate, 'and is the same commit each time');
    assert.equal(await repository.git(['status', '--porcelain']), '');
  });

  it('hold more than spaces, or spaces that mean something, is left to others', async () => {
    const ours = await branchWith('ours', { 'b.py': 'if x:\nf()\n', 'a.ts': '  f();\n' });
    const theirs = await branchWith('theirs', { 'b.py': 'if x:\n  g()\n', 'a.ts': 'g();\n' });
    assert.deepEqual(await build(ours, theirs), { kind: 'conflict', files: ['b.py'], theirs });
  });

  it('a merge driver caused, which ended the wrong way, are left to others, or go by the same rules', async () => {
    await repository.git(['config', 'merge.broken.driver', 'exit 1']);
    await repository.write({ '.gitattributes': '*.ts merge=broken\n' });
    base = await repository.commit('Attributes');
    const ours = await branchWith('ours', { 'd.ts': 'ONE\ntwo\n', 'a.ts': ' f();\n' });
    const theirs = await branchWith('theirs', { 'd.ts': 'one\ntwo\nthree\n', 'a.ts': 'g();\n' });
    assert.deepEqual(await build(ours, theirs), { kind: 'conflict', files: ['d.ts'], theirs });
  });

  it('are about modes, links or deletions are left to others', async () => {
    await repository.git(['switch', '--quiet', '-c', 'ours', base]);
    await repository.write({ 'a.ts': '  f();\n' });
    await chmod(path.join(repository.root, 'a.ts'), 0o755);
    const ours = await repository.commit('ours');
    await repository.git(['switch', '--quiet', 'main']);
    const theirs = await branchWith('theirs', { 'a.ts': 'g();\n' });
    const first = await build(ours, theirs);
    assert.deepEqual(first, { kind: 'conflict', files: ['a.ts'], theirs });
    await repository.git(['switch', '--quiet', '-c', 'gone', base]);
    await repository.git(['rm', '--quiet', 'a.ts']);
    const gone = await repository.commit('gone');
    await repository.git(['switch', '--quiet', 'main']);
    const spaces = await branchWith('spaces', { 'a.ts': '  f();\n' });
    assert.deepEqual(await build(gone, spaces), { kind: 'conflict', files: ['a.ts'], theirs: spaces });
  });

  it('a person resolved is what they left, and is merged once more onto what came since', async () => {
    const ours = await branchWith('ours', { 'd.ts': 'ours\ntwo\n' });
    const theirs = await branchWith('theirs', { 'd.ts': 'theirs\ntwo\n' });
    await writeFile(path.join(repository.root, 'd.ts'), 'both\ntwo\n');
    await repository.git(['add', 'd.ts']);
    const tree = await repository.git(['write-tree']);
    await repository.git(['reset', '--quiet', '--hard', base]);
    const resolved = { ours, theirs, tree };
    const candidate = await build(ours, theirs, { resolved });
    assert.ok(candidate.kind === 'clean');
    assert.equal(candidate.tree, tree);
    assert.equal(await repository.git(['log', '-1', '--format=%P', candidate.commit]), `${ours} ${theirs}`);

    await repository.git(['switch', '--quiet', '-c', 'later', ours]);
    await repository.write({ 'a.ts': 'later();\n' });
    const later = await repository.commit('later');
    const again = await build(later, theirs, { resolved });
    assert.ok(again.kind === 'clean');
    assert.deepEqual([await show(again.commit, 'd.ts'), await show(again.commit, 'a.ts')], ['both\ntwo', 'later();']);
    assert.equal(await repository.git(['log', '-1', '--format=%P', again.commit]), `${later} ${theirs}`);

    await repository.write({ 'd.ts': 'otherwise\ntwo\n' });
    const conflicting = await repository.commit('conflicting');
    const conflict = await build(conflicting, theirs, { resolved });
    assert.ok(conflict.kind === 'conflict');
    assert.deepEqual(conflict.files, ['d.ts']);
    assert.deepEqual(
      [await show(conflict.theirs, 'd.ts'), await repository.git(['log', '-1', '--format=%P', conflict.theirs])],
      ['both\ntwo', `${ours} ${theirs}`],
    );
  });
});
