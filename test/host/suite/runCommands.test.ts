import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId, Setting } from '../../../src/contributions';
import type { Runtime } from '../../../src/runtime/createRuntime';
import { schedulePlanText } from '../../support/schedulePlan';
import { RunHarness, reporting, working, type Project } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

type Pick = (items: readonly vscode.QuickPickItem[]) => readonly vscode.QuickPickItem[] | undefined;

/** Commands of this window, carried out by its own runtime with a real server, in a repository that is registered with it. */
describe('A command that runs threads', function () {
  this.timeout(180_000);
  const ids = ['01.01.01', '01.01.02', '01.02.01'];
  const original = { ...vscode.window };
  const environmentBefore = { ...process.env };
  const settings = vscode.workspace.getConfiguration();
  let harness: RunHarness;
  let runtime: Runtime;
  let project: Project;
  let pick: Pick | undefined;
  let asked: (readonly vscode.QuickPickItem[])[];
  const told: string[] = [];
  const run = (command: string, ...args: readonly unknown[]) => vscode.commands.executeCommand(command, ...args);

  before(async () => {
    const extension = vscode.extensions.getExtension<{ readonly runtime: Runtime }>('workstreams.workstreams');
    assert.ok(extension);
    ({ runtime } = await extension.activate());
    harness = await RunHarness.start(4797);
    const { WORK_STATE_DIRECTORY: _state, WORK_OPENCODE_PATH: opencode, ...environment } = harness.programEnvironment;
    Object.assign(process.env, environment);
    await settings.update(Setting.opencodePath, opencode, vscode.ConfigurationTarget.Global);
    await settings.update(Setting.serverPort, 4798, vscode.ConfigurationTarget.Global);
    project = await harness.project({
      plan: schedulePlanText({
        threads: ids.map(id => ({ id, needs: [], shares: [], files: [`out/${id}.txt`], meets: false, isBlocked: false })),
      }),
      tasks: Object.fromEntries(ids.map(id => [`${id}.01`, 'pending' as const])),
      files: {
        'multitask.json': JSON.stringify([{ issue: 7, branch: 'feat/seven', task: `[[write seven.txt|7]]\n${reporting('01.01.01.01')}\n[[say Done.]]` }]), // prettier-ignore
      },
    });
    await runtime.projects.add({ rootDirectory: project.root });
    const tell = (message: string) => Promise.resolve(void told.push(message));
    Object.assign(vscode.window, {
      showErrorMessage: tell,
      showWarningMessage: tell,
      showInformationMessage: tell,
      showQuickPick: (items: readonly vscode.QuickPickItem[]) => {
        asked.push(items);
        return Promise.resolve(pick?.(items));
      },
    });
  });
  beforeEach(() => ([asked, pick] = [[], undefined]));
  after(async () => {
    const { showQuickPick, showErrorMessage, showWarningMessage, showInformationMessage } = original;
    Object.assign(vscode.window, { showQuickPick, showErrorMessage, showWarningMessage, showInformationMessage });
    for (const name of [Setting.readyTrust, Setting.readyMax, Setting.opencodePath, Setting.serverPort]) {
      await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
    await runtime.opencode.server.stop();
    for (const name of Object.keys(process.env)) if (!(name in environmentBefore)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environmentBefore);
    const { projects } = await runtime.projects.read();
    for (const { id } of projects) await runtime.projects.remove(id);
    await harness.dispose();
  });

  const row = (id: string) => ({ kind: 'node', root: project.root, node: { id } });
  const ended = async (...tasks: readonly string[]) =>
    waitFor(`${tasks.join(', ')} to be completed`, async () => {
      const lines = await project.tasks();
      return tasks.every(task => lines.some(line => line.startsWith(`${task}: completed`)));
    }, { timeout: 60_000, describe: () => told }); // prettier-ignore

  it('Run Ready runs what a person ticked, when they say so, and nothing else', async () => {
    harness.model.replaceScripts(['01.01.01.01', '01.02.01.01'].map(task => ({ label: task, directives: `[[barrier 2]]\n${working(task).directives}` }))); // prettier-ignore
    await waitFor('the window to know the repository', async () => {
      if (asked.length === 0) await run(CommandId.runReady, row('01'));
      return asked.length > 0;
    });
    assert.deepEqual(await project.tasks(), ids.map(id => `${id}.01: pending`), 'whoever closes the table runs nothing'); // prettier-ignore
    pick = items => items.filter(({ label }) => /^01\.(01\.01|02\.01) /.test(label));
    await run(CommandId.runReady, row('01'));
    await ended('01.01.01.01', '01.02.01.01');
    assert.ok((await project.tasks()).includes('01.01.02.01: pending'));
    assert.deepEqual(asked[1]?.filter(({ picked }) => picked).map(({ label }) => label.slice(0, 8)), ids); // prettier-ignore
  });

  it('Dry Run says what running the stage would do, and Show Dependencies draws it', async () => {
    await run(CommandId.dryRun, row('01'));
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^Dry run of stage 01 /);
    assert.match(text, /01\.01\.02/);
    await run(CommandId.showDependencies, row('01'));
    await waitFor('the tab', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'Dependencies: 01');
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputWebview && input.viewType.endsWith('work.dependencies'));
  });

  it('Run Stage runs what is left of a stage', async () => {
    harness.model.replaceScripts([working('01.01.02.01')]);
    const seen = harness.model.requests.length;
    await run(CommandId.runStage, row('01'));
    await ended('01.01.02.01');
    assert.deepEqual([...new Set(harness.model.requests.slice(seen).flatMap(({ label }) => label ?? []))], ['01.01.02.01']);
    assert.equal(asked.length, 0);
  });

  it('Run Ready asks nobody where the choice is trusted', async () => {
    await project.repository.files.updateTask('001-sample', '01.01.02.01', { status: 'pending' });
    harness.model.replaceScripts([working('01.01.02.01', '[[write out/again.txt|again]]')]);
    await settings.update(Setting.readyTrust, true, vscode.ConfigurationTarget.Global);
    await waitFor('the change of the plan', async () => {
      await run(CommandId.runReady, row('01'));
      return (await project.tasks()).includes('01.01.02.01: completed — Did 01.01.02.01.');
    });
    assert.equal(asked.length, 0);
  });

  it('Run Multitask carries a config out and opens its report; a config that is wrong is told by the editor', async () => {
    const config = path.join(project.root, 'multitask.json');
    harness.model.replaceScripts([]);
    await run(CommandId.runMultitask, vscode.Uri.file(config));
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.equal(path.basename(document?.fileName ?? ''), 'REPORT.md');
    assert.match(document?.getText() ?? '', /\[7\][^]*Status: {2}OK[^]*Total: 1 \| Succeeded: 1 \| Failed: 0/);
    assert.equal((await project.git('show', 'feat/seven:seven.txt')).trim(), '7');

    await writeFile(config, '[{"issue": "seven", "branch": "feat/seven"}]');
    const opened = await vscode.window.showTextDocument(vscode.Uri.file(config));
    const told = await waitFor('what is wrong with it', () => {
      const found = vscode.languages.getDiagnostics(opened.document.uri).map(({ message }) => message);
      return found.length >= 2 && found;
    });
    assert.ok(told.some(message => message.includes('task')) && told.some(message => /type/i.test(message)), told.join('\n'));
    assert.equal(await readFile(config, 'utf8'), opened.document.getText());
  });
});
