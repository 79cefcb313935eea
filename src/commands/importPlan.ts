import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { AgentDefinition } from '../domain/agents';
import { problemLine } from '../domain/sources/problemWords';
import { suggestName } from '../domain/sources/suggestName';
import type { SourceKind } from '../domain/sources/importedPlan';
import type { ImportPreview, PlanSources } from '../runtime/sources/planSources';
import type { FoundSource } from '../runtime/sources/source';
import type { CommandServices, RegisterCommand } from './commandServices';
import { pickRepository } from './pickNode';
import { registerCommand } from './registerCommand';
import { updateFromSource } from './updateFromSource';

type Place = Pick<FoundSource, 'kind' | 'path'>;

/** Finds plans that are there already, shows what one would become, and makes a workstream of it. */
export const registerImportPlan: RegisterCommand = services =>
  registerCommand(CommandId.importPlan, services, async argument => {
    const repository = await pickRepository(services, argument);
    if (!repository) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder with a git repository first.'));
      return;
    }
    const { sources, files } = services.runtime.repository(repository.root);
    const place = await pickSource(sources, repository.root);
    if (!place) return;
    const [before] = await sources.importedFrom(place);
    if (before !== undefined) {
      const wanted = await askAgain(place.path, before);
      if (wanted === 'update') return updateFromSource(services, { root: repository.root, sources, stream: before });
      if (wanted === undefined) return;
    }
    const preview = await sources.adviseOn(place);
    const shown = await show(services, preview);
    if (!shown) return;
    const taken = repository.streams.map(({ name }) => name);
    const name = await askName(services, preview, taken);
    if (name === undefined) return;
    const agent = await pickAgent(await sources.agentsToChoose(preview), preview.path);
    if (agent === undefined) return;
    const stream = await sources.import({ ...preview, agent: agent.name }, name);
    await files.setCurrentStream(stream.id);
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(repository.root, stream.path, 'PLAN.md')));
  });

/** Who has the threads that name no agent, where there is no `default`; undefined when the person leaves. */
async function pickAgent(agents: readonly AgentDefinition[], at: string): Promise<{ readonly name: string | undefined } | undefined> {
  if (agents.length === 0) return { name: undefined };
  const items = agents.map(({ name, description, models }) => ({
    ...{ label: name, description: models.map(({ text }) => text).join(', '), detail: description },
    name,
  }));
  const nobody = {
    label: vscode.l10n.t('Nobody for Now'),
    detail: vscode.l10n.t('They cannot be run before they are given an agent'),
    name: undefined,
  };
  return vscode.window.showQuickPick([...items, nobody], {
    title: vscode.l10n.t('Import Plan'),
    placeHolder: vscode.l10n.t('Which agent shall have the threads of {0} that name none?', at),
    matchOnDescription: true,
    ignoreFocusOut: true, // the preview is there to be read meanwhile
  });
}

/** One source twice would be two workstreams that write to it. */
async function askAgain(at: string, stream: string): Promise<'update' | 'again' | undefined> {
  const items: readonly (vscode.QuickPickItem & { readonly wanted: 'update' | 'again' })[] = [
    {
      label: vscode.l10n.t('Update {0}', stream),
      detail: vscode.l10n.t('Take up what changed in {0}; what was changed in the plan stays', at),
      wanted: 'update',
    },
    { label: vscode.l10n.t('Import Once More'), detail: vscode.l10n.t('As another workstream'), wanted: 'again' },
  ];
  const title = vscode.l10n.t('{0} was imported already', at);
  return (await vscode.window.showQuickPick(items, { title }))?.wanted;
}

async function pickSource(sources: PlanSources, root: string): Promise<Place | undefined> {
  const found = await sources.find();
  const items = found.map(source => ({
    label: `$(${icons[source.kind]}) ${source.title}`,
    description: kindWord(source.kind),
    detail: `${source.path} · ${source.detail}`,
    source,
  }));
  const browse = {
    label: vscode.l10n.t('$(folder-opened) Browse…'),
    description: '',
    detail: vscode.l10n.t('A file or folder of this repository'),
    source: undefined,
  };
  const title = vscode.l10n.t('Import Plan');
  const placeHolder =
    items.length === 0
      ? vscode.l10n.t('No plan was found in this repository. Choose its file or folder.')
      : vscode.l10n.t('Choose the plan to import');
  const chosen = await vscode.window.showQuickPick([...items, browse], {
    title,
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return undefined;
  if (chosen.source) return chosen.source;
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel: vscode.l10n.t('Import'),
    canSelectFiles: true,
    canSelectFolders: true,
    defaultUri: vscode.Uri.file(root),
  });
  return picked?.[0] && sources.locate(picked[0].fsPath);
}

const icons: Readonly<Record<SourceKind, string>> = { openspec: 'checklist', tasks: 'tasklist', beads: 'issues', multitask: 'git-branch' };

function kindWord(kind: SourceKind): string {
  switch (kind) {
    case 'openspec':
      return vscode.l10n.t('OpenSpec change');
    case 'tasks':
      return vscode.l10n.t('Task files');
    case 'beads':
      return vscode.l10n.t('Beads issues');
    case 'multitask':
      return vscode.l10n.t('Multitask configuration');
  }
}

/** Paths have folders, names of tabs have none. */
const tabName = (words: string) => `${words.replace(/[\\/]/g, ' ')}.md`;

/** The plan with what should be known about it; of a source that cannot become one, all reasons. Gives whether it can. */
async function show({ imports }: CommandServices, { path: at, plan, files, problems }: ImportPreview): Promise<boolean> {
  const lines = problems.map(problem => `- ${problem.severity === 'error' ? '✗' : '⚠'} ${problemLine(problem)}`);
  if (plan && files) {
    const notes = lines.length === 0 ? '' : `\n---\n\n## ${vscode.l10n.t('Before It Is Imported')}\n\n${lines.join('\n')}\n`;
    await imports.show(tabName(vscode.l10n.t('Preview of {0}', at)), `${files.text}${notes}`, { preserveFocus: true });
    return true;
  }
  const page = `# ${vscode.l10n.t('{0} cannot be imported', at)}\n\n${lines.join('\n')}\n`;
  await imports.show(tabName(vscode.l10n.t('Problems in {0}', at)), page, { preserveFocus: true });
  const count = problems.filter(({ severity }) => severity === 'error').length;
  const message =
    count === 1
      ? vscode.l10n.t(
          '{0} cannot be imported: {1}',
          at,
          lines.length === 1 ? (problems[0]?.message ?? '') : vscode.l10n.t('see its problem.'),
        )
      : vscode.l10n.t('{0} cannot be imported: it has {1} problems. Nothing was written.', at, count);
  const first = problems.find(({ severity, at: place }) => severity === 'error' && place);
  const go = vscode.l10n.t('Go to Problem');
  void vscode.window.showErrorMessage(message, ...(first ? [go] : [])).then(async chosen => {
    if (chosen !== go || !first?.at) return;
    const [root] = vscode.workspace.workspaceFolders ?? [];
    if (!root) return;
    const position = new vscode.Position(first.at.line - 1, (first.at.column ?? 1) - 1);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(root.uri, first.at.file), { selection: new vscode.Range(position, position) });
  });
  return false;
}

async function askName(
  { runtime }: CommandServices,
  { path: at, plan, files }: ImportPreview,
  taken: readonly string[],
): Promise<string | undefined> {
  if (!plan || !files) return undefined;
  const size = vscode.l10n.t('{0} stages, {1} threads, {2} tasks', plan.stages.length, files.threadKeys.length, files.tasks.length);
  const writesBack = runtime.settings.sources.writeBack
    ? vscode.l10n.t('Finished work is written back to {0}.', at)
    : vscode.l10n.t('Nothing is written back to {0} by itself (work.sources.writeBack).', at);
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Import Plan: {0}', size),
    prompt: vscode.l10n.t('The name of the new workstream. {0}', writesBack),
    value: suggestName(plan, taken),
    ignoreFocusOut: true, // the preview is there to be read meanwhile
    validateInput: value => {
      if (taken.includes(value)) return vscode.l10n.t('There is a workstream of that name already.');
      const isKebab = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value);
      return isKebab ? undefined : vscode.l10n.t('Use lower-case letters, digits and single hyphens, such as api-server.');
    },
  });
}
