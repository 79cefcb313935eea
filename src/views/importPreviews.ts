import * as vscode from 'vscode';
import { DocumentScheme } from '../contributions';

/** What a plan from elsewhere would become, as read-only documents. They are made for one look, and empty after a reload. */
export class ImportPreviews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registrations: readonly vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor() {
    this.registrations = [
      vscode.workspace.registerTextDocumentContentProvider(DocumentScheme.import, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    ];
  }

  /** Opens a tab of that name, which the next document replaces; the focus stays where it is. */
  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: DocumentScheme.import, path: `/${name.replace(/[\\/]/g, ' ')}.md` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.changed.dispose();
  }
}
