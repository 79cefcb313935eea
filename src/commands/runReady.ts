import * as vscode from 'vscode';
import type { Choice } from '../domain/choice/chooseReady';
import { scopeOf } from '../domain/choice/choiceRequest';
import { chosenWords, hindranceWords } from '../domain/choice/choiceWords';
import { ancestorId } from '../domain/ids';
import type { ThreadNode } from '../domain/tree/nodes';
import { oneLine } from '../common/text';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { idOf, pickStream } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

type ThreadItem = vscode.QuickPickItem & { readonly thread?: string; readonly canBegin?: boolean };

/** Proposes threads that can run together without touching the same files; they run when a person agrees, or trusts the choice. */
export const registerRunReady: RegisterCommand = services =>
  registerCommand(CommandId.runReady, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const { ready } = services.runtime.settings;
    const row = idOf(argument);
    const choice = await services.runtime
      .repository(root)
      .readyChoice(stream, { max: ready.max, ...(row === undefined ? {} : { stage: ancestorId(row.id, 'stage') }) });
    if (choice.chosen.length + choice.others.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is ready: every thread is done.'));
      return;
    }
    const trusted = ready.trust && choice.chosen.length > 0 ? choice.chosen.map(({ thread }) => thread.id) : undefined;
    const only = trusted ?? (await approve(choice));
    const batch = scopeOf(only ?? []);
    if (only && batch !== undefined) await runFlow(services, { root, snapshot: stream, batch, only });
  });

/** The table: what is proposed is ticked. The threads that a person wants to run; undefined when it was closed. */
async function approve(choice: Choice): Promise<readonly string[] | undefined> {
  const { chosen, others } = choice;
  const title =
    chosen.length === 0
      ? vscode.l10n.t('Nothing can begin now')
      : vscode.l10n.t('Run {0} of {1} Threads Together?', chosen.length, chosen.length + others.length);
  const items: ThreadItem[] = [
    ...chosen.map(each => ({ ...named(each.thread), picked: true, detail: chosenWords(each, vscode.l10n.t), canBegin: true })),
    { label: vscode.l10n.t('Not proposed'), kind: vscode.QuickPickItemKind.Separator },
    ...others.map(({ thread, why, canBegin }) => ({ ...named(thread), detail: hindranceWords(why, vscode.l10n.t), canBegin })),
  ];
  const placeHolder = vscode.l10n.t('OK runs what is ticked');
  const ticked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder,
    canPickMany: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (!ticked) return undefined;
  const left = ticked.filter(({ canBegin }) => canBegin !== true);
  for (const { label, detail } of left) {
    void vscode.window.showWarningMessage(vscode.l10n.t('{0} was left out: {1}.', label, detail ?? ''));
  }
  return ticked.flatMap(({ thread, canBegin }) => (canBegin === true && thread !== undefined ? [thread] : []));
}

const named = ({ id, name, agent }: ThreadNode) => ({ label: `${id} ${oneLine(name)}`, description: `@${oneLine(agent)}`, thread: id });
