import * as vscode from 'vscode';
import type { Clock } from '../common/clock';
import type { Reviews } from '../runtime/review/reviews';
import type { BudgetAsks } from '../runtime/run/budgetAsks';
import { BudgetNotice } from './budgetNotice';
import { ChangeDrafts } from './changes/changeDrafts';
import { ContextKeys } from './contextKeys';
import { WorkDiagnostics } from './diagnostics';
import type { ErrorHandler } from './errors';
import { PlanCodeLenses } from './planEditor/planCodeLenses';
import { PlanQuickFixes } from './planEditor/planQuickFixes';
import { PlanSymbols } from './planEditor/planSymbols';
import { TypedPlans } from './planEditor/typedPlans';
import type { PlanSource, ServiceSource } from './planSource';
import { PlanView } from './planView';
import { EscalationNotice } from './escalationNotice';
import { MailNotice } from './mailNotice';
import { StallNotice } from './stallNotice';
import { StatusBar } from './statusBar';
import { ReviewComments } from './review/reviewComments';
import { ReviewTabs } from './review/reviewTabs';
import { registerTerminalLinks, type OpenCommit } from './terminals/terminalLinks';
import type { TuiLaunch } from './terminals/terminalOptions';
import { ThreadTerminals } from './terminals/threadTerminals';
import type { ThreadRef, ThreadTranscript } from './terminals/transcript';
import type { WorktreeSource } from './worktrees/worktreeSource';
import { WorktreesView } from './worktrees/worktreesView';

/** All that the views read, and all that they can do. */
export type ViewPorts = {
  readonly plans: PlanSource;
  readonly services: ServiceSource;
  readonly worktrees: WorktreeSource;
  readonly budgets: Pick<BudgetAsks, 'pending' | 'onDidChange' | 'onDidWarn' | 'answer'>;
  readonly clock: Clock;
  readonly transcriptOf: (ref: ThreadRef) => ThreadTranscript;
  /** Resolves as soon as the thread has a session. */
  readonly launchTui: (ref: ThreadRef) => Promise<TuiLaunch>;
  readonly openCommit: OpenCommit;
  readonly reviewsOf: (root: string) => Pick<Reviews, 'store' | 'settle'>;
  readonly onError: ErrorHandler;
};

/** What commands may do with the views. */
export type WorkViews = {
  readonly plan: PlanView;
  readonly worktrees: WorktreesView;
  readonly terminals: ThreadTerminals;
  readonly drafts: ChangeDrafts;
  readonly reviewing: { readonly reviews: ReviewTabs; readonly comments: ReviewComments };
};

/** Makes every view; they are disposed of with the extension. */
export function createViews(context: vscode.ExtensionContext, ports: ViewPorts): WorkViews {
  const { plans, services, onError } = ports;
  const plan = new PlanView(plans, services);
  const terminals = new ThreadTerminals({ ...ports, memory: context.workspaceState });
  const worktrees = new WorktreesView(ports.worktrees, ports.clock);
  const typed = new TypedPlans(plans);
  const drafts = new ChangeDrafts(context.workspaceState);
  const comments = new ReviewComments(ports);
  context.subscriptions.push(
    comments,
    plan,
    drafts,
    worktrees,
    terminals,
    registerTerminalLinks(terminals, ports.openCommit, onError),
    new StatusBar(plans, services),
    new StallNotice(plans, plan),
    new MailNotice(plans),
    new EscalationNotice(plans, plan),
    new BudgetNotice(ports.budgets, onError),
    typed,
    new WorkDiagnostics(plans, typed),
    new PlanCodeLenses(plans),
    PlanSymbols.register(plans),
    PlanQuickFixes.register(plans),
    new ContextKeys(plans, services),
  );
  return { plan, worktrees, terminals, drafts, reviewing: { reviews: new ReviewTabs(context.workspaceState), comments } };
}
