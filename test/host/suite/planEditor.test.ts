import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../../../src/contributions';
import { parsePlan } from '../../../src/domain/plan/parsePlan';
import { WorkDiagnostics } from '../../../src/views/diagnostics';
import { PlanCodeLenses } from '../../../src/views/planEditor/planCodeLenses';
import { PlanQuickFixes } from '../../../src/views/planEditor/planQuickFixes';
import { PlanSymbols } from '../../../src/views/planEditor/planSymbols';
import { TypedPlans } from '../../../src/views/planEditor/typedPlans';
import { FakePlans } from '../../support/fakeSources';
import { repository } from '../../support/planNodes';
import { waitFor } from '../../support/waitFor';
import { planText, taskRecords, workstream } from '../../support/workstreamText';

const text = planText('01.01.01 Router', '01.01.02 Store');

describe('A plan in the editor', () => {
  let root: string;
  let uri: vscode.Uri;
  let document: vscode.TextDocument;
  let plans: FakePlans;
  const owned: { dispose(): void }[] = [];

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'plan-'));
    const folder = path.join(root, 'work', '001-sample');
    await mkdir(folder, { recursive: true });
    uri = vscode.Uri.file(path.join(folder, 'PLAN.md'));
    await writeFile(uri.fsPath, text);
    const stream = workstream({
      folder,
      plan: parsePlan(text),
      tasks: taskRecords({ '01.01.01.01': 'completed', '01.01.02.01': 'pending' }),
    });
    plans = new FakePlans([{ ...repository(root, []), stream }]);
    const typed = new TypedPlans(plans);
    owned.push(
      typed,
      new WorkDiagnostics(plans, typed),
      new PlanCodeLenses(plans),
      PlanSymbols.register(plans),
      PlanQuickFixes.register(plans),
    );
    document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const each of owned) each.dispose();
    assert.equal(plans.listeners, 0);
    await rm(root, { recursive: true, force: true });
  });

  const lenses = async () =>
    (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri)).map(
      ({ range, command }) => `${range.start.line}: ${command?.title ?? ''}`,
    );
  const problems = () => vscode.languages.getDiagnostics(uri);

  it('has its state and its actions above its headings, for the row that they are about', async () => {
    assert.deepEqual(
      (await lenses()).filter(lens => lens.startsWith('16:')),
      ['16: Run Batch', '16: Dry Run', '16: $(circle-outline)\u00a01/2'],
    );
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    const run = found.find(({ command }) => command?.command === CommandId.runBatch);
    assert.deepEqual(run?.command?.arguments, [{ root, node: { id: '01.01' } }]);
    const { stream } = plans.repositories[0] ?? {};
    assert.ok(stream);
    plans.show({ ...repository(root, []), stream: { ...stream, approval: 'approved' } });
    await waitFor('the approval above the title', async () => (await lenses()).some(lens => lens.endsWith('· approved')));
  });

  it('has its stages, batches and threads as symbols, one in the other', async () => {
    const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', uri);
    const stage = found.find(({ name }) => name === '01 Stage 01');
    assert.deepEqual(
      [stage?.children.map(({ name }) => name), stage?.children[0]?.children.map(({ name }) => name)],
      [['01.01 Batch 01'], ['01.01.01 Router', '01.01.02 Store']],
    );
    assert.equal(stage?.range.start.line, 8);
    assert.equal(stage.range.end.line, document.lineCount - 1);
  });

  it('shows what is wrong with what is typed, under the very words, until it is right or closed', async () => {
    assert.deepEqual(problems(), []);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, document.lineAt(4).range, '   ## Sumary  ');
    await vscode.workspace.applyEdit(edit);
    await waitFor('the missing summary', () => problems().some(({ message }) => message === 'Missing or empty Summary section'));
    assert.ok(document.isDirty);
    const heading = new vscode.WorkspaceEdit();
    heading.replace(uri, document.lineAt(4).range, '## Summary');
    heading.replace(uri, document.lineAt(18).range, '  ###### Tread 01: Router  ');
    await vscode.workspace.applyEdit(heading);
    const message = 'The heading "Tread 01: Router" is not read. Expected "###### Thread 01: {name}"';
    await waitFor('the heading that is not read', () => problems().some(problem => problem.message === message));
    const [problem] = problems().filter(each => each.message === message);
    assert.deepEqual(problem?.range, new vscode.Range(18, 2, 18, 25));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await waitFor('a plan without problems', () => problems().length === 0);
  });

  it('offers to wrap threads that stand in no batch, and has them read then', async () => {
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    edit.replace(uri, whole, text.replace(/^##### Batch.*\n\n/gm, '').replace(/^###### Thread/gm, '##### Thread'));
    await vscode.workspace.applyEdit(edit);
    const problem = await waitFor('the warning', () =>
      problems().find(({ message }) => message.includes('Thread 2 is not inside a batch')),
    );
    const [fix] = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, problem.range);
    assert.equal(fix?.title, 'Wrap the threads of stage 01 in batch 01');
    assert.ok(fix.edit && (await vscode.workspace.applyEdit(fix.edit)));
    assert.equal(document.getText(), text.replace('Batch 01: Batch 01', 'Batch 01: Stage 01'));
    await waitFor('no warning', () => problems().length === 0);
    const back = new vscode.WorkspaceEdit();
    back.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    await vscode.workspace.applyEdit(back);
  });

  it('leaves other Markdown alone', async () => {
    const other = vscode.Uri.file(path.join(root, 'PLAN.md'));
    await writeFile(other.fsPath, text);
    await vscode.workspace.openTextDocument(other);
    assert.deepEqual(vscode.languages.getDiagnostics(other), []);
    assert.deepEqual(await vscode.commands.executeCommand('vscode.executeCodeLensProvider', other), []);
  });
});
