import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId, FileSystemScheme } from '../../../src/contributions';
import type { Runtime } from '../../../src/runtime/createRuntime';
import type { Review } from '../../../src/runtime/review/readReview';
import { ReviewTabs } from '../../../src/views/review/reviewTabs';
import { worktreeFileUri, worktreePlace } from '../../../src/views/worktrees/gitFileSystem';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { waitFor } from '../../support/waitFor';

const memento = () => {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <T>(key: string, otherwise?: T) => (kept.get(key) as T | undefined) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as vscode.Memento;
};

describe('A review', () => {
  let repository: TemporaryRepository;
  let base: string;
  let head: string;
  const title = 'Changes of 01.01.01 Router';
  const tabs = () =>
    vscode.window.tabGroups.all.flatMap(group => group.tabs.map(({ label }) => label)).filter(label => label.startsWith(title));
  const review = (change: Partial<Review> = {}): Review => ({
    ...{ stream: '001-first-steps', node: '01.01.01', folder: repository.root, base, head },
    files: [{ path: 'src/a.txt', kind: 'modified' }],
    ...change,
  });

  before(async () => {
    await vscode.extensions.getExtension<{ readonly runtime: Runtime }>('workstreams.workstreams')?.activate();
    repository = await temporaryRepository({ files: { 'src/a.txt': 'before\n', 'picture.png': Buffer.from([0, 255]) } });
    base = await repository.git(['rev-parse', 'HEAD']);
    await repository.write({ 'src/a.txt': 'after\n' });
    head = await repository.commit();
  });
  beforeEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await repository.dispose();
  });

  it('has one tab: opened again it is that one, and another one in its place when there is something else to see', async () => {
    const reviews = new ReviewTabs(memento());
    assert.equal(await reviews.show(repository.root, review(), title), true);
    await waitFor('the tab', () => tabs().length === 1);
    assert.deepEqual(tabs(), [`${title} (1 file)`]);
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(repository.root, 'src', 'a.txt')), { preview: false });
    await reviews.show(repository.root, review(), title);
    await waitFor('the tab in front', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.startsWith(title));
    assert.deepEqual(tabs(), [`${title} (1 file)`]);
    const more: Review['files'] = [...review().files, { path: 'picture.png', kind: 'deleted' }];
    await reviews.show(repository.root, review({ head: undefined, files: more }), title);
    await waitFor('the new tab alone', () => tabs().join() === `${title} (2 files)`, { describe: tabs });
    await reviews.show(repository.root, review({ head: undefined }), title);
    await waitFor('the newest tab alone', () => tabs().join() === `${title} (1 file)`, { describe: tabs });
    assert.equal(await reviews.show(repository.root, review({ files: [] }), title), false);
  });

  it('reads both sides from git, byte for byte, and refuses to be written; a commit that is gone is a sentence', async () => {
    const place = { root: repository.root, worktree: repository.root, review: { stream: '001-first-steps', node: '01' } };
    const read = async (revision: string | undefined, file: string) =>
      Buffer.from(await vscode.workspace.fs.readFile(worktreeFileUri({ ...place, ...(revision === undefined ? {} : { revision }) }, file)));
    assert.equal(String(await read(base, 'src/a.txt')), 'before\n');
    assert.equal(String(await read(head, 'src/a.txt')), 'after\n');
    assert.deepEqual([...(await read(head, 'picture.png'))], [0, 255]);
    const uri = worktreeFileUri({ ...place, revision: head }, 'src/a.txt');
    assert.equal((await vscode.workspace.fs.stat(uri)).size, 6);
    assert.deepEqual(worktreePlace(uri), { place: { ...place, revision: head }, file: 'src/a.txt' });
    await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, Buffer.from('x')));
    await assert.rejects(read('2'.repeat(40), 'src/a.txt'), /Commit 2222222222 is gone from this repository/);
    await assert.rejects(read(head, 'missing.txt'), { code: 'FileNotFound' });
    assert.equal(worktreePlace(uri.with({ query: 'nonsense' })), undefined);
    await assert.rejects(async () =>
      vscode.workspace.fs.readFile(vscode.Uri.from({ scheme: FileSystemScheme.git, path: '/x', query: '{}' })),
    );
  });

  it('Open File opens the file itself, from the worktree or else the checkout, and says when there is none', async () => {
    const worktree = path.join(repository.root, '..', 'beside');
    await repository.git(['worktree', 'add', '--quiet', '--detach', worktree, head]);
    const uri = worktreeFileUri({ root: repository.root, worktree, revision: base }, 'src/a.txt');
    const opened = () => vscode.window.activeTextEditor?.document.uri.fsPath;
    await vscode.commands.executeCommand(CommandId.openReviewedFile, uri);
    assert.equal(opened(), path.join(worktree, 'src', 'a.txt'));
    await rm(worktree, { recursive: true });
    await vscode.commands.executeCommand(CommandId.openReviewedFile, uri);
    assert.equal(opened(), path.join(repository.root, 'src', 'a.txt'));
  });
});
