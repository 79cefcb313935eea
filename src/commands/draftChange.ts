import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { DraftedChange } from '../runtime/drafts/changeDrafts';
import { ReadOnlyText } from '../views/readOnlyText';
import type { RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';

/** An agent that only reads drafts an OpenSpec change from a request; it is shown, and becomes files on a yes. */
export const registerDraftChange: RegisterCommand = services => {
  const pages = new ReadOnlyText('work-draft');
  let last = ''; // a request that did not come to a draft is not typed again
  const command = registerCommand(CommandId.draftChange, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) return;
    const request = await vscode.window.showInputBox({
      title: vscode.l10n.t('Draft Change'),
      prompt: vscode.l10n.t('What is wanted, in your words. An agent reads the project and drafts an OpenSpec change; it changes nothing.'),
      value: last,
      ignoreFocusOut: true,
    });
    if (request === undefined || request.trim() === '') return;
    last = request;
    const { changeDrafts } = services.runtime.repository(repository.root);
    const title = vscode.l10n.t('An agent drafts the change');
    const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const drafted = await vscode.window.withProgress(progress, (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return changeDrafts.draft(request, stop.signal);
    });
    await pages.show(`${drafted.id}.md`, pageOf(drafted));
    const write = vscode.l10n.t('Write the Change');
    const validated =
      drafted.isValidated === true ? vscode.l10n.t('openspec takes it.') : vscode.l10n.t('It was not validated: openspec is not on PATH.');
    const said = vscode.l10n.t('The change "{0}" is drafted; nothing is written yet. {1}', drafted.id, validated);
    if ((await vscode.window.showInformationMessage(said, write)) !== write) return;
    const folder = await changeDrafts.write(drafted);
    last = '';
    const [tasks] = await vscode.workspace.findFiles(new vscode.RelativePattern(repository.root, `${folder}/tasks.md`));
    if (tasks) await vscode.window.showTextDocument(tasks);
  });
  return vscode.Disposable.from(pages, command);
};

const pageOf = ({ files }: DraftedChange) => files.map(({ path, text }) => `<!-- ${path} -->\n\n${text}`).join('\n');
