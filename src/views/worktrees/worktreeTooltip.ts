import * as vscode from 'vscode';
import { formatDuration } from '../../common/duration';
import { formatSize } from '../../common/size';
import { isRemovable, type DeletedWorktree, type WorktreeFacts } from '../../domain/worktrees/worktreeFacts';
import { deletedLabel, worktreeLabel } from '../../domain/worktrees/worktreeRow';
import { worktreeWords } from '../../domain/worktrees/worktreeWords';
import type { WorktreeElement } from './worktreeElements';

export type MeasuredSize = { readonly bytes: number; readonly files: number };

/** What there is to know about a row, as Markdown; text from files and names is never taken for Markdown. */
export function worktreeTooltip(element: WorktreeElement, now: number, size?: MeasuredSize): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  switch (element.kind) {
    case 'repository':
      return paragraph(markdown, element.root);
    case 'coordinator':
      return paragraph(
        markdown,
        vscode.l10n.t(
          'What {0} keeps in its state file about worktrees of this repository. Nothing of it is changed from here.',
          element.tool,
        ),
      );
    case 'coordinated':
      return paragraph(markdown, element.entry.worktreePath);
    case 'problem':
      return paragraph(markdown, element.message);
    case 'deleted':
      return paragraph(
        markdown,
        vscode.l10n.t(
          'Worktrees that were removed. Their files are kept in the repository and can be restored, byte for byte; ignored files are not.',
        ),
      );
    case 'snapshot':
      deletedDetails(markdown, element.deleted, now);
      return markdown;
    case 'worktree':
      worktreeDetails(markdown, element.worktree, now, size);
      return markdown;
  }
}

function worktreeDetails(markdown: vscode.MarkdownString, worktree: WorktreeFacts, now: number, size: MeasuredSize | undefined): void {
  const { attempt, condition, standing } = worktree;
  heading(markdown, worktreeLabel(worktree, vscode.l10n.t));
  paragraph(markdown, worktreeWords(worktree, vscode.l10n.t).join(', '));
  if (condition.kind === 'unread' && condition.reason !== undefined) paragraph(markdown, condition.reason);
  if (condition.kind === 'missing') {
    paragraph(markdown, vscode.l10n.t('The folder was deleted, git still knows it. “Prune Worktrees” makes git forget it.'));
  }
  fact(markdown, vscode.l10n.t('Folder'), worktree.path);
  if (worktree.branch !== undefined) fact(markdown, vscode.l10n.t('Branch'), worktree.branch);
  if (worktree.head !== undefined) fact(markdown, vscode.l10n.t('Commit'), worktree.head.slice(0, 10));
  if (standing) {
    fact(markdown, standing.branch, vscode.l10n.t('{0} ahead, {1} behind', standing.ahead, standing.behind));
  }
  if (worktree.stream !== undefined) fact(markdown, vscode.l10n.t('Workstream'), worktree.stream);
  if (attempt) {
    fact(
      markdown,
      vscode.l10n.t('Attempt {0}', attempt.number),
      attempt.outcome ?? (attempt.running ? vscode.l10n.t('running') : vscode.l10n.t('unknown')),
    );
    fact(markdown, vscode.l10n.t('Agent'), `@${attempt.agent}`);
    if (attempt.session !== undefined) fact(markdown, vscode.l10n.t('Session'), attempt.session);
    if (attempt.tasks.length > 1) fact(markdown, vscode.l10n.t('Tasks'), attempt.tasks.join(', '));
  }
  if (worktree.locked !== undefined && worktree.locked !== '') fact(markdown, vscode.l10n.t('Locked'), worktree.locked);
  if (worktree.since !== undefined) fact(markdown, vscode.l10n.t('Age'), formatDuration(now - worktree.since));
  if (condition.kind !== 'missing') {
    fact(
      markdown,
      vscode.l10n.t('Size'),
      size
        ? vscode.l10n.t('{0} in {1} files', formatSize(size.bytes), size.files)
        : vscode.l10n.t('not measured yet (Compute Worktree Sizes)'),
    );
  }
  if (standing?.merged === true && isRemovable(worktree)) {
    markdown.appendMarkdown('\n');
    paragraph(
      markdown,
      vscode.l10n.t(
        'Its work is merged. “Clean Merged Worktrees” removes it; the setting work.cleanup.onSuccess says what happens by itself.',
      ),
    );
  }
  if (worktree.owner === 'foreign') {
    markdown.appendMarkdown('\n');
    paragraph(markdown, vscode.l10n.t('Somebody else made this worktree: it is shown, never removed.'));
  }
}

function deletedDetails(markdown: vscode.MarkdownString, deleted: DeletedWorktree, now: number): void {
  heading(markdown, deletedLabel(deleted));
  paragraph(
    markdown,
    deleted.unmerged
      ? vscode.l10n.t('It holds work that is not in the integration branch.')
      : vscode.l10n.t('All of its work is in the integration branch.'),
  );
  fact(markdown, vscode.l10n.t('Folder'), deleted.worktree);
  if (deleted.branch !== undefined) fact(markdown, vscode.l10n.t('Branch'), deleted.branch);
  if (deleted.head !== undefined) fact(markdown, vscode.l10n.t('Commit'), deleted.head.slice(0, 10));
  fact(markdown, vscode.l10n.t('Workstream'), deleted.stream);
  fact(
    markdown,
    vscode.l10n.t('Deleted'),
    `${new Date(deleted.takenAt).toLocaleString(vscode.env.language)} (${formatDuration(now - deleted.takenAt)})`,
  );
  fact(markdown, vscode.l10n.t('Size'), formatSize(deleted.size));
  fact(markdown, vscode.l10n.t('Kept in'), deleted.ref);
}

function heading(markdown: vscode.MarkdownString, text: string): void {
  markdown.appendMarkdown('**').appendText(text).appendMarkdown('**\n\n');
}

function paragraph(markdown: vscode.MarkdownString, text: string): vscode.MarkdownString {
  return text.trim() === '' ? markdown : markdown.appendText(text).appendMarkdown('\n\n');
}

function fact(markdown: vscode.MarkdownString, name: string, value: string): void {
  markdown.appendText(name).appendMarkdown(': ').appendText(value).appendMarkdown('  \n');
}
