import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { isoTime, type Clock } from '../../common/clock';
import type { Disposable } from '../../common/event';
import { CommentControllerId, ContextKey, FileSystemScheme } from '../../contributions';
import { anchorOf, isDraft, type ReviewComment } from '../../domain/review/reviewComments';
import type { Review } from '../../runtime/review/readReview';
import type { Reviews } from '../../runtime/review/reviews';
import type { ErrorHandler } from '../errors';
import type { PlanSource } from '../planSource';
import { placeOfDocument, uriOfComment, type CommentPlace } from './commentPlaces';
import { ShownComment } from './shownComment';

export type ReviewCommentsOptions = {
  readonly plans: PlanSource;
  readonly reviewsOf: (root: string) => Pick<Reviews, 'store' | 'settle'>;
  readonly clock: Clock;
  readonly onError: ErrorHandler;
};

/** A comment, and whose it is. */
export type OwnedComment = { readonly root: string; readonly stream: string; readonly comment: ReviewComment };

/** What people say about lines of a review: drafts and sent ones, beside their lines and in the Comments panel, also after a reload. */
export class ReviewComments implements vscode.Disposable {
  private readonly controller: vscode.CommentController;
  private readonly shown = new Map<string, ShownComment>();
  private readonly followed = new Map<string, Disposable>();
  private readonly subscriptions: Disposable[] = [];
  private reading: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;

  constructor(private readonly options: ReviewCommentsOptions) {
    this.controller = vscode.comments.createCommentController(CommentControllerId.review, vscode.l10n.t('Review'));
    this.controller.options = {
      prompt: vscode.l10n.t('Tell the agent…'),
      placeHolder: vscode.l10n.t('What should change? It is kept as a draft until you send it.'),
    };
    this.controller.commentingRangeProvider = {
      provideCommentingRanges: ({ uri, lineCount }) =>
        placeOfDocument(uri, options.plans.repositories)
          ? { enableFileComments: true, ranges: [new vscode.Range(0, 0, Math.max(0, lineCount - 1), 0)] }
          : undefined,
    };
    this.subscriptions.push(
      options.plans.onDidChange(() => void this.refresh()),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && void this.refresh()),
      vscode.workspace.onDidOpenTextDocument(document => void this.follow(document)),
    );
    void this.refresh();
  }

  /** All that are known, in the order in which they were left. */
  get all(): readonly OwnedComment[] {
    return [...this.shown.values()].map(({ owned }) => owned);
  }

  /** The comment that VS Code hands a command, as a comment or as the thread around it. */
  find(argument: unknown): ShownComment | undefined {
    return [...this.shown.values()].find(each => each.is(argument));
  }

  /** Whether a comment on this document would have an agent to go to. */
  isReviewed(uri: vscode.Uri): boolean {
    return placeOfDocument(uri, this.options.plans.repositories) !== undefined;
  }

  /** Keeps what was typed into an empty box as a draft, which takes the place of the box. */
  async add({ thread, text }: vscode.CommentReply): Promise<void> {
    await this.addAt(thread.uri, thread.range === undefined ? null : thread.range.end.line + 1, text);
    thread.dispose();
  }

  /** @param line from 1; null for the file as a whole */
  async addAt(uri: vscode.Uri, line: number | null, text: string): Promise<void> {
    const { plans, clock, reviewsOf } = this.options;
    const place = placeOfDocument(uri, plans.repositories);
    if (!place) return;
    const { root, stream, ...where } = place;
    const quote = line === null ? '' : await lineOf(uri, line);
    const at = isoTime(clock.now());
    await reviewsOf(root).store.add(stream, { id: randomUUID(), ...where, line, quote, text, outdated: false, at });
    await this.refresh();
  }

  async change(owned: OwnedComment, change: (comment: ReviewComment) => ReviewComment | undefined): Promise<void> {
    await this.options.reviewsOf(owned.root).store.update(owned.stream, [owned.comment.id], change);
    await this.refresh();
  }

  /** Tells drafts whose file is not among what is looked at now. */
  async reviewed(root: string, { stream, node, files }: Review): Promise<void> {
    const paths = new Set(files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
    for (const { comment, ...owner } of this.all) {
      if (owner.root !== root || owner.stream !== stream || comment.node !== node || !isDraft(comment)) continue;
      if (paths.has(comment.path) || comment.outdated) continue;
      await this.change({ ...owner, comment }, was => ({ ...was, outdated: true }));
    }
  }

  /** Reads every comment again, and what became of those on their way. */
  refresh(): Promise<void> {
    if (this.waiting) return this.waiting;
    const read = () => {
      this.waiting = undefined;
      return this.read();
    };
    this.waiting = this.reading = this.reading.then(read).catch((error: unknown) => this.options.onError(error, 'review comments'));
    return this.waiting;
  }

  dispose(): void {
    for (const each of [...this.subscriptions, ...this.followed.values(), ...this.shown.values()]) each.dispose();
    this.controller.dispose();
  }

  private async read(): Promise<void> {
    const { plans, reviewsOf } = this.options;
    const found = new Map<string, OwnedComment & { readonly isSending: boolean }>();
    for (const { root, stream } of plans.repositories) {
      if (!stream) continue;
      const { store } = reviewsOf(root);
      this.followRoot(root, store);
      let content = await store.read(stream.id);
      if (content.deliveries.length > 0 && vscode.workspace.isTrusted) {
        await reviewsOf(root).settle(stream.id);
        content = await store.read(stream.id);
      }
      const sending = new Set(content.deliveries.flatMap(({ comments }) => comments));
      for (const comment of content.comments) {
        found.set(comment.id, { root, stream: stream.id, comment, isSending: sending.has(comment.id) });
      }
    }
    for (const [id, shown] of this.shown) {
      const now = found.get(id);
      if (now && shown.shows(now)) continue;
      shown.dispose();
      this.shown.delete(id);
    }
    for (const [id, owned] of found) if (!this.shown.has(id)) this.shown.set(id, new ShownComment(this.controller, owned));
    const hasDrafts = [...found.values()].some(({ comment }) => isDraft(comment));
    await vscode.commands.executeCommand('setContext', ContextKey.drafts, hasDrafts);
  }

  private followRoot(root: string, store: Pick<Reviews['store'], 'onDidChange'>): void {
    const follow = () => store.onDidChange(() => void this.refresh());
    if (!this.followed.has(root)) this.followed.set(root, follow());
  }

  /** A file that is looked at in another state takes its drafts along, to where their lines are now. */
  private async follow(document: vscode.TextDocument): Promise<void> {
    if (document.uri.scheme !== FileSystemScheme.git) return;
    const place = placeOfDocument(document.uri, this.options.plans.repositories);
    if (!place) return;
    const lines = document.getText().split(/\r?\n/);
    try {
      for (const owned of this.all) if (isDraft(owned.comment) && isSameFile(owned, place)) await this.move(owned, place, lines);
    } catch (error) {
      this.options.onError(error, 'review comments');
    }
  }

  private async move(owned: OwnedComment, { folder, revision }: CommentPlace, lines: readonly string[]): Promise<void> {
    const { comment } = owned;
    const line = anchorOf(comment, lines);
    const isHere = comment.folder === folder && comment.revision === revision && comment.line === line && !comment.outdated;
    if (line === undefined) {
      if (!comment.outdated) await this.change(owned, was => ({ ...was, outdated: true }));
    } else if (!isHere) {
      await this.change(owned, was => ({ ...was, folder, revision, line, outdated: false }));
    }
  }
}

function isSameFile({ root, stream, comment }: OwnedComment, place: CommentPlace): boolean {
  const { node, path, before, onDisk } = comment;
  return (
    root === place.root &&
    stream === place.stream &&
    node === place.node &&
    path === place.path &&
    before === place.before &&
    onDisk === place.onDisk
  );
}

async function lineOf(uri: vscode.Uri, line: number): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri);
  return line <= document.lineCount ? document.lineAt(line - 1).text : '';
}

/** Opens the document of a comment with the comment in view. */
export async function revealComment({ root, stream, comment }: OwnedComment): Promise<void> {
  const at = new vscode.Position((comment.line ?? 1) - 1, 0);
  await vscode.commands.executeCommand('vscode.open', uriOfComment(root, stream, comment), { selection: new vscode.Range(at, at) });
}
