import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Git, noCommit } from '../../../src/runtime/git/git';
import { GitError } from '../../../src/runtime/git/gitError';
import { isAlive } from '../../../src/runtime/opencode/processes';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { projectRoot } from '../../support/projectRoot';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

/** Git has the filter of that path read what it hashes. */
const hashSlowly = ['hash-object', '--stdin', '--path=a.slow'];

describe('Git', () => {
  let repository: TemporaryRepository;
  let empty: TemporaryRepository;
  let git: Git;
  let base: string;
  let left: string;
  let right: string;

  before(async () => {
    repository = await temporaryRepository({ name: 'répo with spaces', files: { 'a.txt': 'one\n', 'b.txt': 'one\n' } });
    empty = await temporaryRepository();
    git = new Git(repository.root);
    base = await repository.git(['rev-parse', 'HEAD']);
    await repository.git(['switch', '--quiet', '-c', 'left']);
    await repository.write({ 'a.txt': 'left\n' });
    left = await repository.commit('Left');
    await repository.git(['switch', '--quiet', '-c', 'right', base]);
    await repository.write({ 'a.txt': 'right\n' });
    right = await repository.commit('Right');
    await repository.git(['switch', '--quiet', 'main']);
  });
  after(() => Promise.all([repository.dispose(), empty.dispose()]));

  describe('tells an answer from an error', () => {
    it('when merge-base says no with exit code 1 and not a word', async () => {
      assert.equal(await git.isAncestor(base, left), true);
      assert.equal(await git.isAncestor(left, right), false);
      await assert.rejects(git.isAncestor('nowhere', right), { name: 'GitError', reason: 'unknown-revision', exitCode: 128 });
      await assert.rejects(git.run(['merge-base', '--is-ancestor', left, right]), { name: 'GitError', reason: 'failed', exitCode: 1 });
    });

    it('when diff --quiet finds a difference', async () => {
      assert.equal((await git.run(['diff', '--quiet', base, left], { allowExit: [1] })).exitCode, 1);
      assert.equal((await git.run(['diff', '--quiet', base, base])).exitCode, 0);
      await assert.rejects(git.run(['diff', '--quiet', base, left]), { reason: 'failed', exitCode: 1 });
    });

    it('when a merge conflicts', async () => {
      const clone = path.join(path.dirname(repository.root), 'clone');
      await repository.git(['clone', '--quiet', repository.root, clone]);
      await repository.git(['config', 'user.name', 'Ada'], clone);
      await repository.git(['config', 'user.email', 'ada@example.com'], clone);
      const other = new Git(clone);
      await other.run(['merge', '--quiet', left]);
      const merge = ['merge', '--no-edit', right];
      await assert.rejects(other.run(merge), (error: unknown) => error instanceof GitError && error.exitCode === 1);
      await other.run(['merge', '--abort']);
      const { exitCode, stdout } = await other.run(merge, { allowExit: [1] });
      assert.equal(exitCode, 1);
      assert.match(stdout, /CONFLICT \(content\): Merge conflict in a\.txt/);
    });

    it('when merge-tree conflicts and names the paths on standard output', async () => {
      const args = ['merge-tree', '--write-tree', '-z', '--name-only', left, right];
      const { exitCode, stdout } = await git.run(args, { allowExit: [1] });
      assert.equal(exitCode, 1);
      assert.equal(stdout.split('\0')[1], 'a.txt');
      await assert.rejects(git.run(args), { reason: 'failed', exitCode: 1 });
    });

    it('when a revision is unknown', async () => {
      assert.equal(await git.resolve('nowhere'), undefined);
      for (const hostile of ['', '--all', '-x', 'a..b', 'HEAD:a.txt', '$(touch x)', 'no such', '\u001b[31m']) {
        assert.equal(await git.resolve(hostile), undefined, hostile);
      }
      assert.equal(await git.resolve('main'), base);
      await assert.rejects(git.run(['rev-parse', '--verify', 'nowhere']), { reason: 'unknown-revision', exitCode: 128 });
      await assert.rejects(git.run(['log', 'nowhere']), { reason: 'unknown-revision' });
    });

    it('when there is no repository, no folder and no git', async () => {
      const folder = await temporaryDirectory();
      try {
        await assert.rejects(new Git(folder.path).head(), { reason: 'not-a-repository' });
        await assert.rejects(new Git(folder.path).resolve('HEAD'), { reason: 'not-a-repository' });
        await assert.rejects(new Git(path.join(folder.path, 'absent')).head(), { reason: 'no-folder' });
        const pathless = new Git(repository.root, { environment: { ...process.env, PATH: folder.path } });
        await assert.rejects(pathless.head(), { reason: 'not-found' });
        await assert.rejects(pathless.input(['cat-file', '--batch'], ''), { reason: 'not-found' });
      } finally {
        await folder.dispose();
      }
    });
  });

  it('reads a fixed environment: whatever would lead git elsewhere or make it ask is not passed on', async () => {
    const environment = {
      ...process.env,
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere/index',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_ASKPASS: '/bin/false',
      GIT_EDITOR: 'false',
      EDITOR: 'false',
      PAGER: 'false',
      GIT_SSL_CAINFO: '/nowhere',
      GIT_COMMITTER_NAME: 'Somebody Else',
      LC_ALL: 'de_DE.UTF-8',
    };
    const surrounded = new Git(repository.root, { environment });
    assert.deepEqual(await surrounded.head(), { sha: base, branch: 'main' });
    assert.equal(await surrounded.identity(), 'Ada Test <ada@example.com>');
    const { stdout } = await surrounded.input(['hash-object', '--stdin'], 'x');
    assert.match(stdout, /^[0-9a-f]{40}\n$/);
    await assert.rejects(surrounded.run(['log', 'nowhere']), { reason: 'unknown-revision' });
  });

  it('gives standard input and takes bytes as they are', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128, 10]);
    const { stdout } = await git.input(['hash-object', '-w', '--stdin'], bytes);
    assert.deepEqual((await git.bytes(['cat-file', 'blob', stdout.trim()])).stdout, bytes);
  });

  it('passes variables of one call', async () => {
    const index = path.join(path.dirname(repository.root), 'other index');
    await git.run(['read-tree', left], { env: { GIT_INDEX_FILE: index } });
    const { stdout } = await git.run(['write-tree'], { env: { GIT_INDEX_FILE: index } });
    assert.equal(stdout.trim(), await repository.git(['rev-parse', `${left}^{tree}`]));
    assert.equal(await repository.git(['status', '--porcelain']), '');
  });

  it('moves a ref only from where it was expected', async () => {
    const ref = 'refs/work/test';
    await git.updateRef(ref, base, noCommit);
    await assert.rejects(git.updateRef(ref, left, noCommit), { reason: 'ref-moved' });
    await assert.rejects(git.updateRef(ref, left, right), { reason: 'ref-moved' });
    await git.updateRef(ref, left, base);
    assert.equal(await git.resolve(ref), left);
    await assert.rejects(git.updateRef(`${ref}/below`, left, noCommit), { reason: 'name-taken' });
    await assert.rejects(git.updateRef('refs/work', left, noCommit), { reason: 'name-taken' });
    await assert.rejects(git.deleteRef(ref, base), { reason: 'ref-moved' });
    await git.deleteRef(ref, left);
    assert.equal(await git.refExists(ref), false);
    await assert.rejects(git.updateRef(ref, left, base), { reason: 'ref-moved' });
  });

  it('waits for a lock to go, and says which one stays', async () => {
    const lock = path.join(repository.root, '.git', 'index.lock');
    await writeFile(lock, '');
    try {
      await assert.rejects(
        git.run(['add', '-A']),
        (error: unknown) => error instanceof GitError && error.reason === 'locked' && error.message.includes('index.lock'),
      );
      let tries = 0;
      await git.whileLocked(async () => {
        tries++;
        if (tries === 2) await rm(lock);
        await git.run(['add', '-A']);
      });
      assert.equal(tries, 2);
    } finally {
      await rm(lock, { force: true });
    }
  });

  it('runs no hooks', async () => {
    const marker = path.join(path.dirname(repository.root), 'hook-ran');
    for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'reference-transaction', 'post-index-change']) {
      await writeFile(path.join(repository.root, '.git', 'hooks', hook), `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 });
    }
    await git.run(['commit', '--quiet', '--allow-empty', '-m', 'Empty']);
    await git.input(['commit', '--quiet', '--allow-empty', '-F', '-'], 'Empty again');
    assert.equal(existsSync(marker), false);
    await repository.git(['commit', '--quiet', '--allow-empty', '-m', 'With hooks']);
    assert.equal(existsSync(marker), true);
    await repository.git(['reset', '--quiet', '--hard', base]);
  });

  it('rejects with the reason of its signal when it is aborted', async () => {
    const before = new AbortController();
    before.abort();
    await assert.rejects(git.run(['version'], { signal: before.signal }), { name: 'AbortError' });
    const during = new AbortController();
    const waiting = git.bytes(['cat-file', '--batch'], 'HEAD\n'.repeat(200_000), { signal: during.signal });
    setImmediate(() => during.abort());
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  describe('with a filter of the user’s that takes its time', () => {
    const folders: { dispose(): Promise<void> }[] = [];
    after(() => Promise.all(folders.map(folder => folder.dispose())));

    /** Its filter says who it is in `begun`, heeds no signal, and ends once there is a `go`. */
    async function slowRepository(): Promise<{ root: string; begun: string; go: string }> {
      const folder = await temporaryDirectory();
      folders.push(folder);
      const { path: root } = folder;
      const [begun, go] = [path.join(root, 'begun'), path.join(root, 'go')];
      const filter = `
        const { existsSync, renameSync, writeFileSync } = require('node:fs');
        for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
        writeFileSync('begun.part', String(process.pid));
        renameSync('begun.part', 'begun');
        setInterval(() => existsSync('go') && process.exit(0), 20);
      `;
      await runGit(['init', '--quiet'], root);
      await writeFile(path.join(root, 'filter.cjs'), filter);
      await writeFile(path.join(root, '.git', 'info', 'attributes'), '*.slow filter=slow\n');
      await runGit(['config', 'filter.slow.clean', `"${process.execPath.replaceAll('\\', '/')}" filter.cjs`], root);
      return { root, begun, go };
    }

    it('ends when it is aborted, and the filter with it', async () => {
      const { root, begun } = await slowRepository();
      const stop = new AbortController();
      const hashing = new Git(root).run([...hashSlowly], { signal: stop.signal });
      await waitFor('the filter', () => existsSync(begun));
      const pid = Number(await readFile(begun, 'utf8'));
      stop.abort();
      await assert.rejects(hashing, { name: 'AbortError' });
      await waitFor('the filter to be gone', async () => !(await isAlive(pid)));
    });

    it('goes on when a terminal’s Ctrl-C is meant for the program that runs it', async () => {
      const { root, begun, go } = await slowRepository();
      const tool = path.join(projectRoot(), 'out', 'test', 'integration', 'git', 'slowGit.tool.mjs');
      const program = spawn(process.execPath, [tool, root, ...hashSlowly], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      program.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      const ended = once(program, 'close');
      await waitFor('the filter', () => existsSync(begun));
      process.kill(-(program.pid ?? 0), 'SIGINT'); // to its whole group, as a terminal does
      await writeFile(go, '');
      await ended;
      assert.match(said, /^interrupted\ngit ended: [0-9a-f]{40}\n$/);
    });
  });

  it('knows version, shared folder, HEAD and identity', async () => {
    const version = await git.version();
    assert.ok(version.major > 2 || (version.major === 2 && version.minor >= 38), version.text);
    assert.equal(await git.commonDir(), path.join(repository.root, '.git'));
    await repository.git(['checkout', '--quiet', '--detach']);
    assert.deepEqual(await git.head(), { sha: base });
    await repository.git(['checkout', '--quiet', 'main']);
    assert.equal(await git.identity(), 'Ada Test <ada@example.com>');
    await repository.git(['config', 'user.useConfigOnly', 'true']);
    await repository.git(['config', '--unset', 'user.email']);
    const nobody = new Git(repository.root, { environment: { ...process.env, HOME: empty.root, XDG_CONFIG_HOME: empty.root } });
    assert.equal(await nobody.identity(), undefined);
    await repository.git(['config', 'user.email', 'ada@example.com']);
    assert.deepEqual(await new Git(empty.root).head(), { branch: 'main' });
    assert.equal(await new Git(empty.root).resolve('HEAD'), undefined);
  });
});
