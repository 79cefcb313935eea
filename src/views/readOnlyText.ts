import * as vscode from 'vscode';

/** Texts to read in an editor tab that nobody is asked to save. Another text of the same name takes the place of the first. */
export class ReadOnlyText implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, string>();
  private readonly registration: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(private readonly scheme: string) {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this); // disposed below
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? '';
  }

  /** @param name the tab's title */
  async show(name: string, text: string, options: { readonly preserveFocus?: boolean } = {}): Promise<void> {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(this.offer(name, text)), { preview: true, ...options });
  }

  /** The address under which the text can be opened. */
  offer(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: this.scheme, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
