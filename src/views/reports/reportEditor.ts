import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { CustomEditorId } from '../../contributions';
import type { ErrorHandler } from '../errors';
import { reportHtml, reportPage } from './reportPage';

/** Stage reports and COMPLETION.md as pages: a view of the file, kept in step with it while it is open. */
export class ReportEditor implements vscode.CustomTextEditorProvider {
  static register(context: vscode.ExtensionContext, onError: ErrorHandler): vscode.Disposable {
    const provider = new ReportEditor(context.extensionUri, onError);
    return vscode.window.registerCustomEditorProvider(CustomEditorId.report, provider, { webviewOptions: { enableFindWidget: true } });
  }

  private constructor(
    private readonly extension: vscode.Uri,
    private readonly onError: ErrorHandler,
  ) {}

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const media = vscode.Uri.joinPath(this.extension, 'media');
    webview.options = { enableScripts: true, localResourceRoots: [media] };
    const html = () => reportHtml(document.getText());
    webview.html = reportPage({
      html: html(),
      title: path.basename(document.uri.fsPath),
      nonce: randomBytes(16).toString('base64url'),
      cspSource: webview.cspSource,
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, 'report.css')).toString(),
      script: webview.asWebviewUri(vscode.Uri.joinPath(media, 'report.js')).toString(),
      language: vscode.env.language,
    });
    const changes = vscode.workspace.onDidChangeTextDocument(event => {
      if (event.document.uri.toString() !== document.uri.toString() || event.contentChanges.length === 0) return;
      webview.postMessage({ type: 'changed', html: html() }).then(undefined, (error: unknown) => this.onError(error, 'showing a report'));
    });
    panel.onDidDispose(() => {
      changes.dispose();
    });
  }
}
