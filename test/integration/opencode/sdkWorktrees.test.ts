import assert from 'node:assert/strict';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SdkWorktrees } from '../../../src/runtime/opencode/sdkWorktrees';
import { runGit } from '../../support/gitRepository';
import { startHarness, type Harness } from '../../support/opencodeHarness';

describe("the opencode server's own worktrees", function () {
  this.timeout(180_000);
  let harness: Harness;

  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  const isThere = (place: string) =>
    access(place).then(
      () => true,
      () => false,
    );

  it('are made, listed, reset and removed, and only after the proof', async () => {
    const root = await harness.repository('provided');
    const proved: string[] = [];
    const worktrees = new SdkWorktrees({
      server: harness.server,
      events: harness.opencode.events,
      async prove(directory) {
        proved.push(directory);
        const status = await runGit(['status', '--porcelain'], directory);
        if (status.trim() !== '') throw new Error(`not clean: ${status}`);
      },
    });
    const { directory, branch } = await worktrees.create(root, 'Fix Login Bug');
    assert.equal(branch, 'opencode/fix-login-bug');
    assert.equal(await readFile(path.join(directory, 'README.md'), 'utf8'), '# provided\n', 'its files are there');
    assert.deepEqual(await worktrees.list(root), [directory]);
    const other = await worktrees.create(root, 'Fix Login Bug');
    assert.notEqual(other.directory, directory);

    const precious = path.join(directory, 'precious.txt');
    await writeFile(precious, 'mine');
    await assert.rejects(worktrees.remove(root, directory), /not clean/);
    await assert.rejects(worktrees.reset(root, directory), /not clean/);
    assert.equal(await readFile(precious, 'utf8'), 'mine');
    assert.deepEqual(proved, [directory, directory]);

    const foreign = path.join(harness.folder, 'victim');
    await mkdir(foreign);
    for (const place of [foreign, root, path.dirname(root), path.dirname(directory)]) {
      await assert.rejects(worktrees.remove(root, place), /was kept/);
      assert.ok(await isThere(place));
    }

    await runGit(['add', '-A'], directory);
    await runGit(['-c', 'user.name=Ada Test', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'Work'], directory);
    await worktrees.reset(root, directory);
    assert.equal(await isThere(precious), false);
    await worktrees.remove(root, directory);
    assert.equal(await isThere(directory), false);
    assert.equal((await runGit(['branch', '--list', branch], root)).trim(), '');
    assert.deepEqual(await worktrees.list(root), [other.directory]);
  });

  it('fail for who asked for them alone', async () => {
    const [good, bad] = [await harness.repository('good'), await harness.repository('bad')];
    await runGit(['config', 'filter.broken.required', 'true'], bad);
    await runGit(['config', 'filter.broken.clean', 'cat'], bad);
    await writeFile(path.join(bad, '.gitattributes'), '*.bin filter=broken\n');
    await writeFile(path.join(bad, 'a.bin'), 'x');
    await runGit(['add', '-A'], bad);
    await runGit(['-c', 'user.name=Ada Test', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'Filter'], bad);
    await runGit(['config', 'filter.broken.smudge', 'false'], bad);
    const worktrees = new SdkWorktrees({ server: harness.server, events: harness.opencode.events, prove: () => Promise.resolve() });
    const failing = assert.rejects(worktrees.create(bad, 'one'), /could not make a worktree/);
    for (const name of ['two', 'three', 'four']) {
      const { directory } = await worktrees.create(good, name);
      assert.ok(await isThere(path.join(directory, 'README.md')));
    }
    await failing;
  });
});
