import * as vscode from 'vscode';
import { followTimeline, readTimeline, type TimelineSources } from '../runtime/journalTimeline';
import type { Disposable } from '../common/event';
import { DocumentScheme } from '../contributions';

/** Which journal a tab shows, and of what: the whole workstream, or one stage, batch, thread or task. */
export type JournalRef = { readonly root: string; readonly stream: string; readonly only?: string };

/** What the tabs read. */
export type JournalSource = {
  read(ref: JournalRef): Promise<string>;
  /** Says when the journal grew, until it is disposed of. */
  follow(ref: JournalRef, onChange: () => void): Promise<Disposable>;
};

/** Journals as read-only documents that grow while they are open. */
export class JournalDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly followed = new Map<string, Promise<Disposable>>();
  private readonly registrations: readonly vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  /** The timelines of the journals that these sources are about. */
  static of(sourcesOf: (root: string) => TimelineSources, onError: (error: unknown, doing?: string) => void): JournalDocuments {
    const source: JournalSource = {
      read: ({ root, stream, only }) => readTimeline(sourcesOf(root), stream, only),
      follow: ({ root, stream }, onChange) => followTimeline(sourcesOf(root), stream, onChange),
    };
    return new JournalDocuments(source, onError);
  }

  constructor(
    private readonly source: JournalSource,
    private readonly onError: (error: unknown, doing?: string) => void,
  ) {
    this.registrations = [
      vscode.workspace.registerTextDocumentContentProvider(DocumentScheme.journal, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.leave(uri)),
    ];
  }

  async show(ref: JournalRef): Promise<void> {
    const name = `Journal ${ref.only ?? ref.stream}`;
    const uri = vscode.Uri.from({ scheme: DocumentScheme.journal, path: `/${name}`, query: JSON.stringify(ref) });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const ref = refOf(uri);
    const key = uri.toString();
    if (!this.followed.has(key)) {
      const following = this.source.follow(ref, () => this.changed.fire(uri)); // disposed of when the tab is closed
      following.catch((error: unknown) => this.onError(error, 'following a journal'));
      this.followed.set(key, following);
    }
    return this.source.read(ref);
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    for (const following of this.followed.values()) drop(following);
    this.followed.clear();
    this.changed.dispose();
  }

  private leave(uri: vscode.Uri): void {
    const key = uri.toString();
    const following = this.followed.get(key);
    if (!following) return;
    this.followed.delete(key);
    drop(following);
  }
}

function drop(following: Promise<Disposable>): void {
  following.then(
    watcher => watcher.dispose(),
    () => undefined, // it was told when it failed
  );
}

function refOf({ query }: vscode.Uri): JournalRef {
  return JSON.parse(query) as JournalRef; // written by `show`
}
