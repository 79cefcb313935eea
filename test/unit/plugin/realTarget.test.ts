import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { guardTool } from '../../../src/plugin/guardTool';
import { realTarget } from '../../../src/plugin/realTarget';
import { temporaryDirectory } from '../../support/temporaryDirectory';

describe('where a write leads', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let worktree: string;

  before(async () => {
    folder = await temporaryDirectory();
    worktree = path.join(folder.path, 'work tree');
    await mkdir(path.join(worktree, 'src'), { recursive: true });
    await mkdir(path.join(folder.path, 'outside'));
    await writeFile(path.join(worktree, 'src', 'a.js'), '');
    await symlink(path.join(folder.path, 'outside'), path.join(worktree, 'out'), 'junction');
    await symlink(path.join(worktree, 'src'), path.join(worktree, 'in'), 'junction');
    await symlink(path.join(worktree, 'loop'), path.join(worktree, 'loop'), 'junction');
    await symlink(path.join(folder.path, 'not yet'), path.join(worktree, 'dangling'), 'junction');
  });
  after(() => folder.dispose());

  it('is the path itself for what exists, and for what does not exist yet', async () => {
    for (const name of [
      ['src', 'a.js'],
      ['src', 'new', 'deep', 'b.js'],
    ]) {
      assert.equal(await realTarget(path.join(worktree, ...name)), path.join(worktree, ...name));
    }
  });

  it('follows links, also those to nothing, and goes up from where they lead', async () => {
    const inside = (text: string) => realTarget(`${worktree}${path.sep}${text.replaceAll('/', path.sep)}`);
    assert.equal(await inside('out/new.js'), path.join(folder.path, 'outside', 'new.js'));
    assert.equal(await inside('dangling/new.js'), path.join(folder.path, 'not yet', 'new.js'));
    assert.equal(await inside('out/../src/a.js'), path.join(folder.path, 'src', 'a.js'));
    assert.equal(await inside('in/a.js'), path.join(worktree, 'src', 'a.js'));
  });

  describe('as a guard', () => {
    const guard = (filePath: string) =>
      guardTool(
        { root: folder.path, stream: 's', task: 't', thread: 't', attempt: 'a', worktree, isolation: 'task', inbox: 'i' },
        'write',
        {
          filePath,
          content: '',
        },
      );

    for (const file of ['a.js', 'src/new/b.js', './in/../README.md', 'in/c.js', 'src/../src/a.js']) {
      it(`lets ${file} pass`, async () => assert.equal(await guard(file), undefined));
    }
    for (const file of ['../x.js', 'out/x.js', 'dangling', 'dangling/x', 'src/../../x', 'loop/x', 'a\u0000b']) {
      it(`refuses ${JSON.stringify(file)}`, async () => assert.match((await guard(file)) ?? '', /was not written/));
    }
    it('refuses an absolute path that leaves through a link and comes back by its text only', async () => {
      assert.match((await guard([worktree, 'out', '..', 'src', 'a.js'].join(path.sep))) ?? '', /outside of your worktree/);
      assert.equal(await guard(path.join(worktree, 'src', 'a.js')), undefined);
    });
  });
});
