import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/event';
import { batchesOf, tasksOfSubject } from '../../domain/reports/reportInput';
import { runTimelines } from '../../domain/reports/runTimeline';
import type { StageNode } from '../../domain/tree/nodes';
import type { Git } from '../../runtime/git/git';
import type { ReadReport } from '../../runtime/reports/reports';
import type { PlanSource } from '../planSource';
import { documentHtml } from './markdownHtml';
import { pageContent } from './pageContent';
import { commandOfReport, commandOfRow, doDeed } from './pageDeeds';
import { checkedMessage } from './pageMessages';
import { reportActions, rowActions, type ReportAction, type RowAction } from './pageView';
import { reportRefOf, subjectOfFile, type ReportRef } from './reportPlace';

/** What pages of reports read. */
export type ReportPorts = {
  readonly plans: PlanSource;
  /** What the report says now. */
  read(ref: ReportRef): Promise<ReadReport>;
  /** Says when the journal grew, until it is disposed of. */
  follow(ref: ReportRef, onChange: () => void): Promise<Disposable>;
  git(root: string): Git;
  journalFolder(ref: ReportRef): Promise<string>;
};

const isUndelivered = (delivery: StageNode['delivery']) => delivery !== undefined && delivery.state !== 'delivered';

/** Between two looks at what changed, in milliseconds. */
const pause = 300;

/** One open page: the report as plan, tasks and journal tell it now; where they know no such report, the file as it is. */
export class ReportSession implements Disposable {
  private readonly ref: ReportRef | undefined;
  private readonly owned: Disposable[] = [];
  private report: ReadReport | undefined;
  private shown = '';
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private isFollowing = false;
  private isDisposed = false;

  constructor(
    private readonly document: vscode.TextDocument,
    private readonly ports: ReportPorts,
    private readonly show: (content: string) => void,
    private readonly onError: (error: unknown, doing: string) => void,
  ) {
    this.ref = reportRefOf(document.uri.fsPath);
    this.owned.push(
      ports.plans.onDidChange(() => this.changed()),
      vscode.workspace.onDidChangeTextDocument(event => {
        if (event.document === document && event.contentChanges.length > 0) this.changed();
      }),
    );
  }

  get isClosed(): boolean {
    return this.isDisposed;
  }

  /** The page as it is known without waiting. */
  get content(): string {
    return this.shown === '' ? documentHtml(this.document.getText()) : this.shown;
  }

  /** Looks again, soon; calls in between are one. */
  changed(): void {
    if (this.isDisposed) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.refresh();
    }, pause);
  }

  /** Shows what is so now. Calls that overlap wait for each other. */
  async refresh(): Promise<void> {
    const before = this.reading;
    this.reading = (async () => {
      await before;
      const content = await this.readContent();
      if (this.isDisposed || content === this.shown) return;
      this.shown = content;
      this.show(content);
    })();
    await this.reading;
  }

  /** Does what the page asks for, as far as its report names it. */
  async obey(message: unknown): Promise<void> {
    const asked = checkedMessage(message, this.report);
    const { ref, report } = this;
    if (!asked) return;
    if (asked.type === 'ready') {
      this.shown = '';
      return this.refresh();
    }
    if (!ref || !report || !(await this.offers(asked))) return;
    await doDeed(asked, {
      ref,
      report,
      uri: this.document.uri,
      git: this.ports.git(ref.root),
      journalFolder: () => this.ports.journalFolder(ref),
    });
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
    for (const item of this.owned) item.dispose();
  }

  private async readContent(): Promise<string> {
    const text = this.document.getText();
    const { ref } = this;
    if (!ref || !this.ports.plans.repositories.some(({ root }) => root === ref.root)) return documentHtml(text);
    try {
      const report = await this.ports.read(ref);
      this.report = subjectOfFile(report.stream, this.document.uri.fsPath)?.id === report.subject.id ? report : undefined;
      await this.follow(ref);
      return this.report ? await this.pageOf(this.report) : documentHtml(text);
    } catch (error) {
      this.report = undefined;
      this.onError(error, 'reading a report');
      return documentHtml(text);
    }
  }

  private async follow(ref: ReportRef): Promise<void> {
    if (this.isFollowing) return;
    this.isFollowing = true;
    const following = await this.ports.follow(ref, () => this.changed());
    if (this.isDisposed) following.dispose();
    else this.owned.push(following);
  }

  private async pageOf(report: ReadReport): Promise<string> {
    const offered = await this.offered();
    const { subject, events = [] } = report;
    const attempts = tasksOfSubject(subject).flatMap(task => task.attempts);
    return pageContent({
      report,
      stream: report.stream,
      timelines: runTimelines(subject, events),
      ...offered,
      worktrees: new Set(attempts.flatMap(({ worktree }) => (worktree !== undefined && existsSync(worktree) ? worktree : []))),
      t: vscode.l10n.t,
    });
  }

  /** What can be done now: by commands that exist, and of workstreams that are not the current one only what names their file. */
  private async offered(): Promise<{ readonly actions: ReadonlySet<ReportAction>; readonly rowActions: ReadonlySet<RowAction> }> {
    const known = new Set(await vscode.commands.getCommands(true));
    const { ref, report } = this;
    const stream = this.ports.plans.repositories.find(({ root }) => root === ref?.root)?.stream;
    const isCurrent = vscode.workspace.isTrusted && stream?.id === ref?.stream;
    const isWritable = isCurrent && stream?.readOnly === undefined;
    const subject = report?.subject;
    const suits: Readonly<Record<ReportAction, boolean>> = {
      approve: isWritable && subject?.kind === 'stage' && subject.atGate,
      deliverAgain: isWritable && subject?.kind === 'stage' && subject.approval === 'approved' && isUndelivered(subject.delivery),
      deliverAnyway: isWritable && subject?.kind === 'stage' && subject.delivery?.state === 'refused' && subject.delivery.red === true,
      requestChanges: isWritable && subject?.kind === 'stage' && subject.approval !== 'approved' && subject.status !== 'pending',
      openChanges: isCurrent && subject !== undefined && batchesOf(subject).some(batch => batch.threads.some(({ merge }) => merge)),
      openMarkdown: true,
      copy: true,
      journal: isCurrent,
    };
    return {
      actions: new Set(reportActions.filter(action => suits[action] && known.has(commandOfReport[action]))),
      rowActions: new Set(rowActions.filter(action => isCurrent && known.has(commandOfRow[action]))),
    };
  }

  private async offers(message: Exclude<ReturnType<typeof checkedMessage>, undefined>): Promise<boolean> {
    if (message.type === 'report') return (await this.offered()).actions.has(message.action);
    if (message.type === 'row') return (await this.offered()).rowActions.has(message.action);
    return true;
  }
}
