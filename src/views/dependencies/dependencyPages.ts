import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import * as z from 'zod';
import { CommandId, PanelId } from '../../contributions';
import type { Disposable } from '../../common/event';
import { plannedThreads } from '../../domain/graph/readiness';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { ErrorHandler } from '../errors';
import type { PlanSource } from '../planSource';
import { elementOf } from '../reports/pageDeeds';
import { reportPage } from '../reports/reportPage';
import { dependencyContent } from './dependencyContent';

/** Of which plan a page shows what; kept by the page, so that it comes back after a reload of the window. */
const refSchema = z.object({ root: z.string(), stream: z.string(), stage: z.string().optional() });
export type DependencyRef = z.infer<typeof refSchema>;

const messageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('row'), action: z.literal('plan'), id: z.string() }),
]);

type Page = { readonly ref: DependencyRef; readonly panel: vscode.WebviewPanel; shown: string };

/** Tabs that draw who waits for whom, and follow the plan while they are open: one for each stage or workstream. */
export class DependencyPages implements vscode.Disposable {
  private readonly pages = new Map<string, Page>();
  private readonly owned: readonly Disposable[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly plans: PlanSource,
    private readonly onError: ErrorHandler,
  ) {
    const following = plans.onDidChange(() => {
      for (const page of this.pages.values()) this.refresh(page);
    });
    const restoring = vscode.window.registerWebviewPanelSerializer(PanelId.dependencies, {
      deserializeWebviewPanel: (panel, state) => this.restore(panel, state),
    });
    this.owned = [restoring, following];
  }

  show(ref: DependencyRef): void {
    const known = this.pages.get(JSON.stringify(ref));
    if (known) {
      known.panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Dependencies: {0}', ref.stage ?? ref.stream);
    const panel = vscode.window.createWebviewPanel(PanelId.dependencies, title, vscode.ViewColumn.Active, { enableFindWidget: true });
    this.open(panel, ref);
  }

  private restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { data } = z.object({ keep: refSchema }).safeParse(state);
    if (data) this.open(panel, data.keep);
    else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    for (const { panel } of this.pages.values()) panel.dispose();
    for (const item of this.owned) item.dispose();
  }

  private open(panel: vscode.WebviewPanel, ref: DependencyRef): void {
    const { webview } = panel;
    const media = vscode.Uri.joinPath(this.extension, 'media');
    const key = JSON.stringify(ref);
    const page: Page = { ref, panel, shown: this.contentOf(ref) ?? '' };
    this.pages.set(key, page);
    const messages = webview.onDidReceiveMessage((message: unknown) => this.obey(page, message));
    panel.onDidDispose(() => {
      messages.dispose();
      this.pages.delete(key);
    });
    webview.options = { enableScripts: true, localResourceRoots: [media] };
    webview.html = reportPage({
      content: page.shown,
      title: panel.title,
      nonce: randomBytes(16).toString('base64url'),
      cspSource: webview.cspSource,
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, 'report.css')).toString(),
      script: webview.asWebviewUri(vscode.Uri.joinPath(media, 'report.js')).toString(),
      language: vscode.env.language,
      keep: ref,
    });
  }

  /** Undefined while the plan is not there, or another workstream is the current one: the page stays as it was. */
  private contentOf(ref: DependencyRef): string | undefined {
    const stream = this.streamOf(ref);
    return stream && dependencyContent(stream, ref.stage, vscode.l10n.t);
  }

  private streamOf({ root, stream }: DependencyRef) {
    const found = this.plans.repositories.find(repository => repository.root === root)?.stream;
    return found?.id === stream ? found : undefined;
  }

  private refresh(page: Page): void {
    const content = this.contentOf(page.ref);
    if (content === undefined || content === page.shown) return;
    page.shown = content;
    this.post(page);
  }

  private post({ panel, shown }: Page): void {
    panel.webview.postMessage({ type: 'changed', content: shown }).then(undefined, (error: unknown) => {
      this.onError(error, 'showing dependencies');
    });
  }

  private obey(page: Page, message: unknown): void {
    const { data } = messageSchema.safeParse(message);
    if (data?.type === 'ready') this.post(page);
    const thread = data?.type === 'row' && this.threadOf(page.ref, data.id);
    if (!thread) return;
    vscode.commands.executeCommand(CommandId.goToPlan, elementOf(page.ref, thread)).then(undefined, (error: unknown) => {
      this.onError(error, 'a link of the dependencies');
    });
  }

  private threadOf(ref: DependencyRef, id: string): ThreadNode | undefined {
    return plannedThreads(this.streamOf(ref)?.stages ?? []).find(thread => thread.id === id);
  }
}
