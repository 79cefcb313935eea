import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { CustomEditorId } from '../../contributions';
import type { ErrorHandler } from '../errors';
import { reportPage } from './reportPage';
import { ReportSession, type ReportPorts } from './reportSession';

/** Reports and COMPLETION.md as pages that follow what they tell of while they are open. */
export class ReportEditor implements vscode.CustomTextEditorProvider {
  static register(context: vscode.ExtensionContext, ports: ReportPorts, onError: ErrorHandler): vscode.Disposable {
    const provider = new ReportEditor(context.extensionUri, ports, onError);
    return vscode.window.registerCustomEditorProvider(CustomEditorId.report, provider, { webviewOptions: { enableFindWidget: true } });
  }

  private constructor(
    private readonly extension: vscode.Uri,
    private readonly ports: ReportPorts,
    private readonly onError: ErrorHandler,
  ) {}

  async resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { webview } = panel;
    const media = vscode.Uri.joinPath(this.extension, 'media');
    const post = (content: string) => {
      webview.postMessage({ type: 'changed', content }).then(undefined, (error: unknown) => this.onError(error, 'showing a report'));
    };
    const session = new ReportSession(document, this.ports, post, this.onError); // disposed with the panel
    webview.options = { enableScripts: true, localResourceRoots: [media] };
    const messages = webview.onDidReceiveMessage((message: unknown) => {
      session.obey(message).catch((error: unknown) => this.onError(error, 'a button of a report'));
    });
    panel.onDidDispose(() => {
      messages.dispose();
      session.dispose();
    });
    await session.refresh();
    if (session.isClosed) return;
    webview.html = reportPage({
      content: session.content,
      title: path.basename(document.uri.fsPath),
      nonce: randomBytes(16).toString('base64url'),
      cspSource: webview.cspSource,
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, 'report.css')).toString(),
      script: webview.asWebviewUri(vscode.Uri.joinPath(media, 'report.js')).toString(),
      language: vscode.env.language,
    });
  }
}
