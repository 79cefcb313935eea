import * as vscode from 'vscode';
import type { AgentDefinition } from '../../domain/agents';
import type { StageNode } from '../../domain/tree/nodes';
import { nameOfRequest } from '../../domain/plan/fixParts';
import type { ChangeDraft } from '../../views/changes/changeDrafts';
import { askStep, chooseStep } from './formSteps';

export type ChangeForm = {
  readonly stage: StageNode;
  readonly agents: readonly AgentDefinition[];
  readonly draft: ChangeDraft;
  /** What is wrong is written already, in an editor. */
  readonly isWritten: boolean;
  /** Keeps what was said so far. */
  keep(draft: ChangeDraft): void;
};

/** What was asked for; `editor`: the person wants to write it at length; undefined: they left, and what they said is kept. */
export type FormResult = ChangeDraft | 'editor' | undefined;

/** Asks in up to three steps what is wrong, where, and who shall change it. */
export async function askForChanges(form: ChangeForm): Promise<FormResult> {
  const { stage, agents } = form;
  let { draft } = form;
  const steps = [...(form.isWritten ? [] : ['what' as const]), 'where' as const, ...(agents.length > 0 ? ['agent' as const] : [])];
  const keep = (said: Partial<ChangeDraft>) => form.keep((draft = { ...draft, ...said }));
  for (let at = 0; at < steps.length;) {
    const title = vscode.l10n.t('Request Changes in {0}', `${stage.id} ${stage.name}`);
    const frame = { title, step: at + 1, totalSteps: steps.length, canGoBack: at > 0 };
    const step = steps[at];
    const answer =
      step === 'what'
        ? await askWhat(frame, draft, keep)
        : step === 'where'
          ? await askWhere(frame, stage, draft)
          : await askWho(frame, form, draft);
    if (answer === undefined || answer === 'editor') return answer;
    if (answer === 'back') at--;
    else {
      keep(answer);
      at++;
    }
  }
  return draft;
}

type Frame = { readonly title: string; readonly step: number; readonly totalSteps: number; readonly canGoBack: boolean };
type Answer = Partial<ChangeDraft> | 'back' | 'editor' | undefined;

async function askWhat(frame: Frame, draft: ChangeDraft, keep: (said: Partial<ChangeDraft>) => void): Promise<Answer> {
  const answer = await askStep({
    ...frame,
    prompt: vscode.l10n.t('What is wrong, and how should it be? The agent reads your words.'),
    placeholder: vscode.l10n.t('Sessions end after a minute; they should last a day'),
    value: draft.what,
    button: { icon: 'edit', tooltip: vscode.l10n.t('Write in an Editor') },
    problemOf: value => (nameOfRequest(value) === '' ? vscode.l10n.t('Say in a few words what is to be changed.') : undefined),
    onDidChange: what => keep({ what }),
  });
  return typeof answer === 'object' ? { what: answer.value } : answer === 'button' ? 'editor' : answer;
}

async function askWhere(frame: Frame, stage: StageNode, draft: ChangeDraft): Promise<Answer> {
  const threads = stage.batches.flatMap(batch => batch.threads);
  const tasks = threads.flatMap(thread => thread.tasks);
  const files = [
    ...new Set(tasks.flatMap(({ attempts }) => attempts.flatMap(attempt => (attempt.changes ?? []).map(({ path }) => path)))),
  ].sort();
  const items = [
    separator(vscode.l10n.t('threads')),
    ...threads.map(({ id, name }) => ({ label: `${id} ${name}`, iconPath: new vscode.ThemeIcon('git-branch') })),
    separator(vscode.l10n.t('tasks')),
    ...tasks.map(({ id, name, report }) => ({
      label: `${id} ${name}`,
      description: report ?? '',
      iconPath: new vscode.ThemeIcon('checklist'),
    })),
    separator(vscode.l10n.t('files')),
    ...files.map(label => ({ label, iconPath: new vscode.ThemeIcon('file') })),
  ];
  const answer = await chooseStep({
    ...frame,
    placeholder: vscode.l10n.t('Where? Tick the threads, tasks and files it is about; none is fine'),
    items,
    selected: draft.where,
    several: true,
  });
  return typeof answer === 'object' ? { where: answer.labels } : answer;
}

async function askWho(frame: Frame, { agents, stage }: ChangeForm, draft: ChangeDraft): Promise<Answer> {
  const threads = stage.batches.flatMap(batch => batch.threads);
  const usual = draft.agent ?? threads.find(thread => draft.where.some(place => place.startsWith(thread.id)))?.agent;
  const answer = await chooseStep({
    ...frame,
    placeholder: vscode.l10n.t('Which agent shall change it?'),
    items: agents.map(({ name, description, bestFor }) => ({
      label: name,
      description,
      detail: bestFor,
      iconPath: new vscode.ThemeIcon('person'),
    })),
    selected: usual === undefined ? [] : [usual],
    several: false,
  });
  return typeof answer === 'object' ? { agent: answer.labels[0] } : answer;
}

const separator = (label: string): vscode.QuickPickItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
