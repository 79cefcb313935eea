import assert from 'node:assert/strict';
import { realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GitRepository } from '../../../src/views/merge/gitExtension';
import { ConflictEditors } from '../../../src/views/merge/conflictEditors';
import { conflictFixture, conflictStream, conflictThread, type ConflictFixture } from '../../support/conflictFixture';
import { waitFor } from '../../support/waitFor';

describe('The editors of a conflict', () => {
  let fixture: ConflictFixture;
  let worktree: string;
  const editors = new ConflictEditors();
  const isKnown = async () => {
    const git = vscode.extensions.getExtension<{ getAPI(version: 1): { readonly repositories: readonly GitRepository[] } }>('vscode.git');
    const roots = git?.exports.getAPI(1).repositories.map(({ rootUri }) => rootUri.fsPath) ?? [];
    const real = await realpath(worktree);
    return roots.some(root => root === worktree || root === real);
  };
  const tabs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs.map(({ label }) => label));

  const files = vscode.workspace.getConfiguration('files');

  before(async () => {
    await files.update('autoSave', 'off', vscode.ConfigurationTarget.Global);
    fixture = await conflictFixture({
      files: { 'a.txt': 'base\n', 'b.txt': 'b\n' },
      ours: repository => repository.write({ 'a.txt': 'ours\n' }),
      theirs: repository => repository.write({ 'a.txt': 'theirs\n' }),
    });
    ({ worktree } = await fixture.open().resolutions.open(conflictStream, conflictThread, new AbortController().signal));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await files.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
    editors.dispose();
    await fixture.dispose();
  });

  it('tell what is not saved, and are closed with their worktree, in Source Control too, and no others', async () => {
    const opened = await fixture.open().resolutions.find(conflictStream, conflictThread);
    assert.ok(opened);
    assert.equal(await editors.open(opened, () => undefined), 'mergeEditor');
    const unsaved = () => editors.unsaved(worktree);
    const look = async () => {
      await vscode.commands.executeCommand('merge.acceptAllInput1'); // nothing, as long as it has not compared them
      return (await unsaved()).map(text => text.getText()).join();
    };
    let last = '';
    await waitFor('what comes in to be taken', async () => (last = await look()) === 'theirs\n', {
      ...{ timeout: 30_000, every: 200 },
      describe: () => [last, tabs(), vscode.workspace.textDocuments.map(({ uri, isDirty }) => [String(uri), isDirty]), worktree],
    });
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(worktree, 'b.txt')), { preview: false });
    const others = [path.join(fixture.repository.root, 'b.txt'), `${worktree}-other.txt`];
    await writeFile(`${worktree}-other.txt`, 'other\n');
    for (const other of others) await vscode.window.showTextDocument(vscode.Uri.file(other), { preview: false });
    assert.equal(tabs().length, 4, tabs().join());
    for (const text of await unsaved()) await text.save();
    assert.deepEqual(await unsaved(), []);

    assert.equal(await editors.close(worktree), true);
    await waitFor('the tabs of others alone', () => tabs().length === 2, { describe: tabs });
    const names = vscode.window.tabGroups.all.flatMap(group => group.tabs.map(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath)); // prettier-ignore
    assert.deepEqual(names, others);
    assert.equal(await isKnown(), false, 'Source Control shows it no more');
    assert.equal(await editors.close(worktree), true, 'closed twice is closed');
  });
});
