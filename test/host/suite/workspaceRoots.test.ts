import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/common/clock';
import { ProjectRegistry } from '../../../src/runtime/projects/projectRegistry';
import { WorkspaceRoots } from '../../../src/views/workspaceRoots';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

describe('The repositories of a window', () => {
  it('are those of its folders and the registered projects, as they come and go', async () => {
    const folder = await temporaryDirectory();
    const project = path.join(folder.path, 'elsewhere');
    await mkdir(path.join(project, '.git'), { recursive: true });
    const stateDirectory = path.join(folder.path, 'state');
    const open = () => new ProjectRegistry({ stateDirectory, allowedRoots: () => [], clock: systemClock });
    const projects = open();
    const another = open(); // the command line's
    let roots: readonly string[] = ['not read'];
    let allowed: readonly string[] = [];
    const errors: unknown[] = [];
    const followed = new WorkspaceRoots({
      projects,
      allowedRoots: () => allowed,
      use: found => Promise.resolve(void (roots = found)),
      onError: error => errors.push(error),
    });
    try {
      await waitFor('the first look', () => !roots.includes('not read'));
      const own = roots;
      assert.ok(!own.includes(project));
      const { id } = await another.add({ rootDirectory: project });
      await waitFor('the registered project', () => roots.includes(project));
      assert.deepEqual(roots, [...own, project]);
      allowed = [path.join(folder.path, 'none')];
      followed.read();
      await waitFor('nothing where nothing is allowed', () => roots.length === 0);
      allowed = [];
      await another.remove(id);
      await waitFor('the folders alone', () => roots.length === own.length && !roots.includes(project));
      assert.deepEqual(errors, []);
      await writeFile(projects.file, '{');
      await waitFor('the sentence about the broken registry', () => errors.length > 0);
      assert.deepEqual(roots, own, 'a broken registry hides no folder');
    } finally {
      followed.dispose();
      projects.dispose();
      another.dispose();
      await folder.dispose();
    }
  });
});
