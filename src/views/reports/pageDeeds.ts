import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { integrationRevision } from '../../domain/names';
import { tasksOfSubject } from '../../domain/reports/reportInput';
import type { PlanNode } from '../../domain/tree/nodes';
import type { Git } from '../../runtime/git/git';
import { fileAt } from '../../runtime/git/worktreeDiff';
import type { ReadReport } from '../../runtime/reports/reports';
import { showCommit } from '../showCommit';
import { worktreeFileUri } from '../worktrees/gitFileSystem';
import type { PageMessage } from './pageMessages';
import type { ReportAction, RowAction } from './pageView';
import type { ReportRef } from './reportPlace';

/** What stands behind each button. */
export const commandOfReport: Readonly<Record<ReportAction, string>> = {
  approve: CommandId.approveStage,
  deliverAgain: CommandId.deliverAgain,
  deliverAnyway: CommandId.deliverAnyway,
  requestChanges: CommandId.requestChanges,
  openChanges: CommandId.openChanges,
  openMarkdown: CommandId.openReportMarkdown,
  copy: CommandId.copyReport,
  journal: CommandId.showJournal,
};
export const commandOfRow: Readonly<Record<RowAction, string>> = {
  session: CommandId.focusTerminal,
  changes: CommandId.openChanges,
  worktree: CommandId.openWorktree,
  plan: CommandId.goToPlan,
};

export type DeedContext = {
  readonly ref: ReportRef;
  /** The report's file. */
  readonly uri: vscode.Uri;
  readonly report: ReadReport;
  readonly git: Git;
  /** Where the journal and the outputs it names are. */
  readonly journalFolder: () => Promise<string>;
};

/** Does what a page asked for; the message was checked against the report. */
export async function doDeed(message: Exclude<PageMessage, { readonly type: 'ready' }>, context: DeedContext): Promise<void> {
  const { ref, report, git } = context;
  switch (message.type) {
    case 'report': {
      const ofFile = message.action === 'openMarkdown' || message.action === 'copy';
      await vscode.commands.executeCommand(commandOfReport[message.action], ofFile ? context.uri : elementOf(ref, report.subject));
      return;
    }
    case 'row': {
      const node = nodesOf(report).find(({ id }) => id === message.id);
      if (node) await vscode.commands.executeCommand(commandOfRow[message.action], elementOf(ref, node));
      return;
    }
    case 'file':
      return openFile(message.path, context);
    case 'output':
      return openOutput(message.file, context);
    case 'commit':
      return showCommit(git, message.commit);
  }
}

/** What a command is given on the node's row of the tree. */
export function elementOf({ root, stream }: Pick<ReportRef, 'root' | 'stream'>, node: PlanNode): object {
  return { kind: 'node', key: `${root}|${stream}|${node.id}`, root, stream, node, context: {} };
}

function nodesOf({ stream }: ReadReport): readonly PlanNode[] {
  const batches = stream.stages.flatMap(stage => stage.batches);
  const threads = batches.flatMap(batch => batch.threads);
  return [...stream.stages, ...batches, ...threads, ...threads.flatMap(thread => thread.tasks)];
}

/** The file as the integration branch has it, else as its agent left it in a worktree that is still there. */
async function openFile(file: string, { ref, report, git }: DeedContext): Promise<void> {
  const revision = await git.resolve(integrationRevision(ref.stream));
  if (revision !== undefined && (await fileAt(git, revision, file)) !== undefined) {
    await vscode.commands.executeCommand('vscode.open', worktreeFileUri({ root: ref.root, worktree: ref.root, revision }, file));
    return;
  }
  const inWorktree = tasksOfSubject(report.subject)
    .flatMap(({ attempts }) => attempts)
    .filter(({ changes }) => changes?.some(change => change.path === file))
    .flatMap(({ worktree }) => (worktree === undefined ? [] : path.join(worktree, ...file.split('/'))))
    .findLast(candidate => existsSync(candidate));
  if (inWorktree === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is gone: neither the integration branch nor a worktree of its tasks has it.', file),
    );
    return;
  }
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(inWorktree));
}

async function openOutput(file: string, { journalFolder }: DeedContext): Promise<void> {
  const folder = await journalFolder();
  const target = path.resolve(folder, ...file.split('/'));
  if (!target.startsWith(folder + path.sep) || !existsSync(target)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The output is gone: {0}', file));
    return;
  }
  await vscode.window.showTextDocument(vscode.Uri.file(target), { preview: true });
}
