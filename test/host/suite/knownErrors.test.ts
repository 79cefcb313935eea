import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { knownErrors } from '../../../src/views/knownErrors';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { waitFor } from '../../support/waitFor';

describe('What language services say of merged files', () => {
  let repository: TemporaryRepository;
  let worktree: string;
  const files = ['bad.json', 'linted.txt', 'untouched.json', 'gone.json'];
  const ask = () => knownErrors({ worktree, files, signal: new AbortController().signal });
  before(async () => {
    repository = await temporaryRepository({
      files: {
        '.worktrees/one/bad.json': '{\n  "a": 1,,\n}\n',
        '.worktrees/one/linted.txt': 'first\nsecond\n',
        '.worktrees/one/untouched.json': '{ "a": }\n',
      },
    });
    worktree = path.join(repository.root, '.worktrees', 'one');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await repository.dispose();
  });

  it('is had of files in tabs and of those that an extension looked at, errors alone, and opens none', async () => {
    assert.deepEqual(await ask(), { looked: 0, errors: [] });
    const bad = vscode.Uri.file(path.join(worktree, 'bad.json'));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(bad), { preview: false });
    const lint = vscode.languages.createDiagnosticCollection('lint');
    try {
      const at = new vscode.Range(1, 0, 1, 6);
      const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
      const own = [new vscode.Diagnostic(at, 'Not second', error), new vscode.Diagnostic(at, 'Hardly', warning)];
      lint.set(vscode.Uri.file(path.join(worktree, 'linted.txt')), own);
      await waitFor('the JSON service', () => vscode.languages.getDiagnostics(bad).length > 0);
      const { looked, errors } = await ask();
      assert.equal(looked, 2);
      assert.deepEqual([...new Set(errors.map(({ file, line }) => `${file}:${line}`))], ['bad.json:2', 'linted.txt:2']);
      assert.deepEqual(
        errors.filter(({ file }) => file === 'linted.txt').map(({ message }) => message),
        ['Not second'],
      );
    } finally {
      lint.dispose();
    }
  });
});
