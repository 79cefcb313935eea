import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

type Way = vscode.QuickPickItem & { run(): Promise<string | undefined> };

/** Gives a plan its tasks: straight from its threads, or through TASKS.md, which is filled in first. */
export const registerGenerateTasks: RegisterCommand = services =>
  registerCommand(CommandId.generateTasks, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const { planTasks } = services.runtime.repository(root);
    const open = () => vscode.window.showTextDocument(vscode.Uri.file(path.join(stream.folder, 'TASKS.md')));
    const take: Way = {
      label: vscode.l10n.t('Take TASKS.md'),
      detail: vscode.l10n.t('Its tasks go into tasks.json, all prompts are written, the file is deleted.'),
      iconPath: new vscode.ThemeIcon('pass'),
      run: async () => vscode.l10n.t('{0} tasks were taken from TASKS.md.', await planTasks.takeDocument(stream.id)),
    };
    const write: Way = {
      label: vscode.l10n.t('Write TASKS.md'),
      detail: vscode.l10n.t('A file with every thread, where you fill in the tasks.'),
      iconPath: new vscode.ThemeIcon('checklist'),
      run: async () => {
        await planTasks.writeDocument(stream.id);
        await open();
        return undefined;
      },
    };
    const edit: Way = {
      label: vscode.l10n.t('Open TASKS.md'),
      detail: vscode.l10n.t('Fill in its tasks, save it, then take it.'),
      iconPath: new vscode.ThemeIcon('edit'),
      run: async () => {
        await open();
        return undefined;
      },
    };
    const straight: Way = {
      label: vscode.l10n.t('One Task per Thread'),
      detail: vscode.l10n.t('Each thread without tasks gets one that is called after it.'),
      iconPath: new vscode.ThemeIcon('list-flat'),
      run: async () => {
        const { length } = await planTasks.addStraight(stream.id);
        return length === 0 ? vscode.l10n.t('Every thread has tasks already.') : vscode.l10n.t('{0} tasks were added.', length);
      },
    };
    const ways = (await planTasks.isWaiting(stream.id)) ? [take, edit, straight] : [straight, write];
    const chosen = await vscode.window.showQuickPick(ways, { title: vscode.l10n.t('Generate Tasks for {0}', stream.name) });
    if (!chosen) return;
    const said = await chosen.run();
    await services.refresh();
    if (said !== undefined) void vscode.window.showInformationMessage(said);
  });
