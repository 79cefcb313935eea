import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { WorkDiagnostics } from '../../../src/views/diagnostics';
import { FakePlans } from '../../support/fakeSources';
import { repository } from '../../support/planNodes';

const shownFor = (file: string) =>
  vscode.languages
    .getDiagnostics(vscode.Uri.file(file))
    .map(({ message, range, severity, source }) => ({ message, line: range.start.line, severity, source }));

describe('The problems of a plan', () => {
  it('stand under the text they are in, and go when they are solved', () => {
    const plans = new FakePlans([
      repository('/repo', [], {
        diagnostics: [{ severity: 'warning', message: 'Summary section is empty', line: 4 }],
        problems: [{ file: '/repo/work/001-sample/tasks.json', severity: 'error', message: 'is not JSON', line: 2, column: 3 }],
      }),
    ]);
    const diagnostics = new WorkDiagnostics(plans, { diagnostics: new Map(), onDidChange: () => ({ dispose: () => undefined }) });
    try {
      assert.deepEqual(shownFor('/repo/work/001-sample/PLAN.md'), [
        { message: 'Summary section is empty', line: 3, severity: vscode.DiagnosticSeverity.Warning, source: 'Work' },
      ]);
      assert.deepEqual(shownFor('/repo/work/001-sample/tasks.json'), [
        { message: 'is not JSON', line: 1, severity: vscode.DiagnosticSeverity.Error, source: 'Work' },
      ]);
      plans.show(repository('/repo', []));
      assert.deepEqual(shownFor('/repo/work/001-sample/PLAN.md'), []);
      assert.deepEqual(shownFor('/repo/work/001-sample/tasks.json'), []);
    } finally {
      diagnostics.dispose();
    }
    assert.equal(plans.listeners, 0);
  });
});
