import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { populationGroups } from '../domain/population/populationGroups';
import type { ThinThread } from '../domain/population/thinThreads';
import type { Populations } from '../runtime/run/populate/populations';
import type { Proposal } from '../runtime/run/populate/proposalFile';
import { ReadOnlyText } from '../views/readOnlyText';
import type { RegisterCommand } from './commandServices';
import { idOf, pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

type Place = { readonly populations: Populations; readonly stream: string; readonly plan: vscode.Uri; readonly pages: ReadOnlyText };

/** Agents that only read find out what thin threads leave open; the plan with it is compared with the plan, and written on a yes. */
export const registerPopulateTasks: RegisterCommand = services => {
  const pages = new ReadOnlyText('work-population');
  const command = registerCommand(CommandId.populateTasks, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { root, stream } = picked;
    const { populations } = services.runtime.repository(root);
    const place = { populations, stream: stream.id, plan: vscode.Uri.file(path.join(stream.folder, 'PLAN.md')), pages };
    const waiting = await chooseWaiting(await populations.waiting(stream.id));
    if (waiting === undefined) return;
    if (waiting !== 'again') return decide(place, waiting);
    const id = idOf(argument)?.id;
    const thin = (await populations.thin(stream.id)).filter(thread => id === undefined || thread.id.startsWith(id));
    const threads = await chooseThreads(thin);
    if (threads === undefined) return;
    const proposal = await propose(place, threads);
    for (const problem of proposal.problems) services.log.warn(problem);
    if (proposal.threads.length > 0) await decide(place, proposal);
    else void vscode.window.showWarningMessage(proposal.problems.join(' '));
  });
  return vscode.Disposable.from(pages, command);
};

/** What agents found out earlier is not thrown away because nobody said yes to it then. Undefined when the user chose nothing. */
async function chooseWaiting(last: Proposal | undefined): Promise<Proposal | 'again' | undefined> {
  if (!last || last.threads.length === 0) return 'again';
  const items: readonly (vscode.QuickPickItem & { readonly chosen: Proposal | 'again' })[] = [
    { label: vscode.l10n.t('Look at what agents found out'), description: new Date(last.at).toLocaleString(), chosen: last },
    { label: vscode.l10n.t('Ask agents again'), chosen: 'again' },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Populate Tasks') }))?.chosen;
}

async function chooseThreads(threads: readonly ThinThread[]): Promise<readonly string[] | undefined> {
  if (threads.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Every pending thread says its files, its approach and when it is done: there is nothing to populate.'),
    );
    return undefined;
  }
  const items = populationGroups(threads).flatMap(({ phase, threads: its }) => [
    {
      label: phase === 'all' ? vscode.l10n.t('One agent for all') : vscode.l10n.t('An agent for {0}', phase),
      kind: vscode.QuickPickItemKind.Separator,
      id: '',
    },
    ...its.map(({ id, name, agent, gaps }) => ({
      label: `${id} ${name}`,
      description: `@${agent}`,
      detail: vscode.l10n.t('does not say: {0}', gaps.map(gap => gapWord(gap)).join(', ')),
      picked: true,
      id,
    })),
  ]);
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: vscode.l10n.t('Populate Tasks'),
    placeHolder: vscode.l10n.t('Agents that only read find out what these threads leave open'),
  });
  const ids = chosen?.map(({ id }) => id).filter(id => id !== '') ?? [];
  return ids.length > 0 ? ids : undefined;
}

function gapWord(gap: ThinThread['gaps'][number]): string {
  switch (gap) {
    case 'files':
      return vscode.l10n.t('files');
    case 'approach':
      return vscode.l10n.t('approach');
    case 'doneWhen':
      return vscode.l10n.t('when it is done');
  }
}

async function propose({ populations, stream }: Place, threads: readonly string[]): Promise<Proposal> {
  const title = vscode.l10n.t('Agents read what {0} threads are about', threads.length);
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    return populations.propose({ stream, threads }, stop.signal);
  });
}

async function decide({ populations, stream, plan, pages }: Place, proposal: Proposal): Promise<void> {
  const proposed = pages.offer('PLAN.md', proposal.after);
  await vscode.commands.executeCommand('vscode.diff', plan, proposed, vscode.l10n.t('PLAN.md ↔ Populated'));
  const apply = vscode.l10n.t('Write into PLAN.md');
  const problems = proposal.problems.length > 0 ? ` ${proposal.problems.join(' ')}` : '';
  const said = vscode.l10n.t('Agents found out what {0} threads left open. Nothing is written yet.', proposal.threads.length) + problems;
  if ((await vscode.window.showInformationMessage(said, apply)) !== apply) return;
  await populations.apply(stream, proposal);
  await vscode.window.showTextDocument(plan);
}
