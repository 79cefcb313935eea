import * as vscode from 'vscode';
import { commentPlace, isDraft } from '../../domain/review/reviewComments';
import { uriOfComment } from './commentPlaces';
import type { OwnedComment } from './reviewComments';

type Shown = OwnedComment & { readonly isSending: boolean };

/** One comment beside its line. */
export class ShownComment implements vscode.Disposable {
  private readonly thread: vscode.CommentThread;
  private readonly comment: vscode.Comment;

  constructor(
    controller: vscode.CommentController,
    private readonly known: Shown,
  ) {
    const { root, stream, comment } = known;
    const state = stateOf(known);
    const line = (comment.line ?? 1) - 1;
    this.comment = {
      // A text, not Markdown: what was typed is what is shown.
      body: comment.text,
      mode: vscode.CommentMode.Preview,
      author: { name: vscode.l10n.t('You') },
      label: labelOf(known),
      contextValue: state,
      timestamp: new Date(comment.sentAt ?? comment.at),
    };
    this.thread = controller.createCommentThread(uriOfComment(root, stream, comment), new vscode.Range(line, 0, line, 0), [this.comment]);
    if (comment.line === null) this.thread.range = undefined;
    this.thread.canReply = false;
    this.thread.contextValue = state;
    this.thread.label = commentPlace(comment);
    this.thread.state = isDraft(comment) ? vscode.CommentThreadState.Unresolved : vscode.CommentThreadState.Resolved;
    this.thread.collapsibleState = isDraft(comment)
      ? vscode.CommentThreadCollapsibleState.Expanded
      : vscode.CommentThreadCollapsibleState.Collapsed;
  }

  get owned(): OwnedComment {
    const { root, stream, comment } = this.known;
    return { root, stream, comment };
  }

  /** Whether VS Code means this one: it hands over the comment, the thread, or a copy with both. */
  is(argument: unknown): boolean {
    if (argument === this.comment || argument === this.thread) return true;
    if (typeof argument !== 'object' || argument === null) return false;
    const { thread, comment }: { thread?: unknown; comment?: unknown } = argument;
    return thread === this.thread || comment === this.comment;
  }

  shows(now: Shown): boolean {
    return JSON.stringify(now) === JSON.stringify(this.known);
  }

  /** Lets its text be typed over. */
  edit(): void {
    this.redraw(vscode.CommentMode.Editing);
  }

  /** Shows it as it was before somebody began to type over it. */
  cancel(): void {
    this.comment.body = this.known.comment.text;
    this.redraw(vscode.CommentMode.Preview);
  }

  /** What is typed now. */
  get text(): string {
    return typeof this.comment.body === 'string' ? this.comment.body : this.comment.body.value;
  }

  dispose(): void {
    this.thread.dispose();
  }

  private redraw(mode: vscode.CommentMode): void {
    this.comment.mode = mode;
    this.thread.comments = [this.comment];
  }
}

/** `draft`, `sending` or `sent`: the menus of a comment. */
function stateOf({ comment, isSending }: Shown): string {
  return isSending ? 'sending' : isDraft(comment) ? 'draft' : 'sent';
}

function labelOf(shown: Shown): string {
  const { comment, isSending } = shown;
  if (isSending) return vscode.l10n.t('Sending…');
  if (!isDraft(comment)) return vscode.l10n.t('Sent');
  return comment.outdated ? vscode.l10n.t('Draft, its line is gone') : vscode.l10n.t('Draft');
}
