import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { isStageId } from '../domain/run/runScope';
import type { RegisterCommand } from './commandServices';
import { idOf, pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { ReadOnlyText } from '../views/readOnlyText';
import { showProblems } from './showProblems';

export const registerDryRun: RegisterCommand = services => {
  const pages = new ReadOnlyText('work-dry-run');
  const command = registerCommand(CommandId.dryRun, services, async argument => {
    const given = idOf(argument) ?? (argument === undefined ? idOf(services.view.selection) : undefined);
    const kind = given && isStageId(given.id) ? 'stage' : 'batch';
    const question = vscode.l10n.t('Choose the batch to try without running it');
    const picked = await pickNode(services, kind, argument, question, ({ status }) => status !== 'completed');
    if (!picked) return;
    const { text, findings } = await services.runtime
      .repository(picked.root)
      .runs.dryRun({ stream: picked.stream.id, batch: picked.node.id });
    if (text === '') return showProblems(services, findings, { root: picked.root, id: picked.node.id });
    await pages.show(vscode.l10n.t('Dry Run {0}', picked.node.id), text);
  });
  return vscode.Disposable.from(pages, command);
};
