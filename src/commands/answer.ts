import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { Ask, PermissionAsk, QuestionAsk } from '../domain/tree/nodes';
import { asksOf, threadsOf } from '../views/planFacts';
import { budgetText } from '../views/budgetQuestion';
import { answerBudget } from './answerBudget';
import type { CommandServices, RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

/** Answers what an agent (or its sub-agent) waits for; the oldest of the row's, or one that the user chooses. */
export const registerAnswer: RegisterCommand = services =>
  registerCommand(CommandId.answer, services, async argument => {
    const ask = await pickAsk(services, argument);
    if (!ask) return;
    if (ask.kind === 'budget') await answerBudget(services.runtime.budgetAsks, ask);
    else await (ask.kind === 'permission' ? answerPermission(services, ask) : answerQuestions(services, ask));
  });

async function pickAsk(services: CommandServices, argument: unknown): Promise<Ask | undefined> {
  const own = ownAsks(argument);
  const all = own.length > 0 ? own : asksOf(services.plans.repositories);
  const [first] = all;
  if (!first) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No agent waits for an answer.'));
    return undefined;
  }
  if (all.length === 1) return first;
  const items = all.map(ask => ({
    label: titleOf(ask),
    description: threadOf(services, ask),
    ask,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose what to answer') }))?.ask;
}

function ownAsks(argument: unknown): readonly Ask[] {
  if (typeof argument !== 'object' || argument === null || !('node' in argument)) return [];
  const { node } = argument;
  return typeof node === 'object' && node !== null && 'asks' in node && Array.isArray(node.asks) ? (node.asks as readonly Ask[]) : [];
}

function titleOf(ask: Ask): string {
  if (ask.kind === 'budget') return budgetText(ask);
  return ask.kind === 'permission' ? permissionText(ask) : (ask.questions[0]?.question ?? ask.id);
}

/** What the agent wants to do, in a person's words as far as the permission is one that opencode has by itself. */
function permissionText({ permission, title }: PermissionAsk): string {
  const subject = title.startsWith(`${permission}: `) ? title.slice(permission.length + 2) : title;
  switch (permission) {
    case 'bash':
      return vscode.l10n.t('May the agent run this? {0}', subject);
    case 'edit':
      return vscode.l10n.t('May the agent edit {0}?', subject);
    case 'read':
      return vscode.l10n.t('May the agent read {0}?', subject);
    case 'webfetch':
      return vscode.l10n.t('May the agent fetch {0}?', subject);
    case 'external_directory':
      return vscode.l10n.t('May the agent go outside its worktree? {0}', subject);
    default:
      return vscode.l10n.t('May the agent do this? {0}', title);
  }
}

/** The thread that asks. */
function threadOf({ plans }: CommandServices, ask: Ask): string {
  const thread = plans.repositories
    .flatMap(({ stream }) => threadsOf(stream))
    .find(({ asks, tasks }) => [...asks, ...tasks.flatMap(task => task.asks)].some(({ id }) => id === ask.id));
  return thread === undefined ? '' : `${thread.id} ${thread.name}`;
}

async function answerPermission(services: CommandServices, ask: PermissionAsk): Promise<void> {
  const { runtime } = services;
  const once = { label: vscode.l10n.t('Allow Once'), reply: 'once' as const };
  const always = { label: vscode.l10n.t('Allow Always in This Session'), description: ask.patterns.join(', '), reply: 'always' as const };
  const reject = {
    label: vscode.l10n.t('Reject…'),
    description: vscode.l10n.t('and say why: the agent goes on without it'),
    reply: 'reject' as const,
  };
  const chosen = await vscode.window.showQuickPick([once, always, reject], {
    title: threadOf(services, ask),
    placeHolder: permissionText(ask),
    ignoreFocusOut: true,
  });
  if (!chosen) return;
  if (chosen.reply !== 'reject') return runtime.opencode.asks.replyPermission(ask, chosen.reply);
  const reason = await vscode.window.showInputBox({ prompt: vscode.l10n.t('What should the agent do instead?'), ignoreFocusOut: true });
  if (reason === undefined) return;
  await runtime.opencode.asks.replyPermission(ask, 'reject', reason.trim() === '' ? vscode.l10n.t('The user said no.') : reason);
}

async function answerQuestions(services: CommandServices, ask: QuestionAsk): Promise<void> {
  const title = threadOf(services, ask);
  const answers: string[][] = [];
  for (const [index, question] of ask.questions.entries()) {
    const answer = await answerOne(title, question, ask.questions.length > 1 ? `${index + 1}/${ask.questions.length} ` : '');
    if (!answer) return;
    answers.push(answer);
  }
  await services.runtime.opencode.asks.answerQuestion(ask, answers);
}

async function answerOne(
  title: string,
  { question, options, multiple }: QuestionAsk['questions'][number],
  step: string,
): Promise<string[] | undefined> {
  const own = { label: vscode.l10n.t('$(edit) Type an Answer…'), isOwn: true };
  const choices = options.map(({ label, description }) => ({ label, description, isOwn: false }));
  const placeHolder = `${step}${question}`;
  if (choices.length > 0) {
    const chosen = multiple
      ? await vscode.window.showQuickPick([...choices, own], { title, placeHolder, ignoreFocusOut: true, canPickMany: true })
      : [await vscode.window.showQuickPick([...choices, own], { title, placeHolder, ignoreFocusOut: true })];
    const picked = chosen?.filter(choice => choice !== undefined);
    if (!picked || picked.length === 0) return undefined;
    if (!picked.some(choice => choice.isOwn)) return picked.map(({ label }) => label);
  }
  const typed = await vscode.window.showInputBox({ title, prompt: placeHolder, ignoreFocusOut: true });
  return typed === undefined || typed.trim() === '' ? undefined : [typed];
}
