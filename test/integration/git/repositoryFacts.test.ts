import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Git } from '../../../src/runtime/git/git';
import { readRepositoryFacts } from '../../../src/runtime/git/repositoryFacts';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporaryDirectory';

describe('Facts of a repository', () => {
  const repositories: TemporaryRepository[] = [];
  const create = async (files?: Record<string, string>) => {
    const repository = await temporaryRepository({ name: 'fäcts of it', ...(files ? { files } : {}) });
    repositories.push(repository);
    return { repository, git: new Git(repository.root) };
  };
  afterEach(() => Promise.all(repositories.splice(0).map(repository => repository.dispose())));

  it('of an ordinary one', async () => {
    const { repository, git } = await create({ 'a.txt': 'a' });
    const { gitVersion, ...facts } = await readRepositoryFacts(git, {
      integrationBranch: 'work/001-x',
      worktreesDirectory: path.join(repository.root, '.worktrees'),
    });
    assert.match(gitVersion, /^\d+\.\d+/);
    assert.deepEqual(facts, {
      gitIsNewEnough: true,
      hasCommit: true,
      commit: await repository.git(['rev-parse', 'HEAD']),
      branch: 'main',
      identity: 'Ada Test <ada@example.com>',
      refsInTheWay: [],
      integrationHeldBy: [],
      hasWorkspacePackages: false,
      packagesCoverWorktrees: false,
      hasSubmodules: false,
      isSparse: false,
    });
  });

  it('of one without a commit', async () => {
    const { git } = await create();
    const { hasCommit, commit, branch } = await readRepositoryFacts(git, { integrationBranch: 'work/001-x' });
    assert.deepEqual({ hasCommit, commit, branch }, { hasCommit: false, commit: undefined, branch: 'main' });
  });

  it('of one whose git knows no name', async () => {
    const { repository } = await create({ 'a.txt': 'a' });
    await repository.git(['config', '--unset', 'user.email']);
    await repository.git(['config', 'user.useConfigOnly', 'true']);
    const home = await temporaryDirectory();
    try {
      const git = new Git(repository.root, { environment: { ...process.env, HOME: home.path, XDG_CONFIG_HOME: home.path } });
      assert.equal((await readRepositoryFacts(git)).identity, undefined);
    } finally {
      await home.dispose();
    }
  });

  it('of a detached HEAD', async () => {
    const { repository, git } = await create({ 'a.txt': 'a' });
    await repository.git(['checkout', '--quiet', '--detach']);
    assert.equal((await readRepositoryFacts(git)).branch, undefined);
  });

  it('names branches that leave no room for ours', async () => {
    const { repository, git } = await create({ 'a.txt': 'a' });
    for (const branch of ['work', 'task', 'worker', 'my/work']) await repository.git(['branch', branch]);
    assert.deepEqual((await readRepositoryFacts(git)).refsInTheWay, ['task', 'work']);
    await repository.git(['branch', '-D', 'work', 'task']);
    for (const branch of ['work/001-x/deeper', 'work/002-y', 'task/01']) await repository.git(['branch', branch]);
    assert.deepEqual((await readRepositoryFacts(git)).refsInTheWay, []);
    assert.deepEqual((await readRepositoryFacts(git, { integrationBranch: 'work/001-x' })).refsInTheWay, ['work/001-x/deeper']);
    await repository.git(['config', 'core.ignoreCase', 'true']);
    await repository.git(['branch', 'Task-2']);
    assert.deepEqual((await readRepositoryFacts(git)).refsInTheWay, []);
  });

  it('knows who has the integration branch checked out', async () => {
    const { repository, git } = await create({ 'a.txt': 'a' });
    await repository.git(['switch', '--quiet', '-c', 'work/001-x']);
    assert.deepEqual((await readRepositoryFacts(git, { integrationBranch: 'work/001-x' })).integrationHeldBy, [
      { path: repository.root, by: 'checkout' },
    ]);
  });

  for (const [what, files, covered] of [
    ['npm’s list', { 'package.json': '{"workspaces":["packages/*"]}' }, false],
    ['yarn’s object', { 'package.json': '{"workspaces":{"packages":["**"]}}' }, true],
    ['pnpm’s file', { 'pnpm-workspace.yaml': 'packages:\n  - "./.worktrees/*/"\n  - "!x"\n' }, true],
  ] as const) {
    it(`knows packages declared by ${what}`, async () => {
      const { repository, git } = await create(files);
      const facts = await readRepositoryFacts(git, { worktreesDirectory: path.join(repository.root, '.worktrees') });
      assert.deepEqual([facts.hasWorkspacePackages, facts.packagesCoverWorktrees], [true, covered]);
      assert.equal(
        (await readRepositoryFacts(git, { worktreesDirectory: path.join(repository.root, '..', 'trees') })).packagesCoverWorktrees,
        false,
      );
    });
  }

  it('does not stumble over files that cannot be read', async () => {
    const { repository, git } = await create({ 'package.json': '{ not json' });
    await mkdir(path.join(repository.root, 'pnpm-workspace.yaml'));
    assert.equal((await readRepositoryFacts(git)).hasWorkspacePackages, false);
  });

  it('sees submodules and a sparse checkout', async () => {
    const { repository, git } = await create({ 'a/a.txt': 'a', 'b/b.txt': 'b' });
    await writeFile(path.join(repository.root, '.gitmodules'), '[submodule "x"]\n\tpath = x\n\turl = ./x\n');
    await repository.git(['sparse-checkout', 'set', 'a']);
    const { hasSubmodules, isSparse } = await readRepositoryFacts(git);
    assert.deepEqual({ hasSubmodules, isSparse }, { hasSubmodules: true, isSparse: true });
  });

  it('of a folder that is no repository', async () => {
    const folder = await temporaryDirectory();
    try {
      await assert.rejects(readRepositoryFacts(new Git(folder.path)), { reason: 'not-a-repository' });
    } finally {
      await folder.dispose();
    }
  });
});
