import * as vscode from 'vscode';
import type { RepositorySnapshot, WorkstreamSnapshot } from '../domain/tree/nodes';
import { runningBatches } from './planFacts';
import type { ServiceSource } from './planSource';

/**
 * The line above the tree: how far the plan is, or why nothing goes on; undefined without a workstream. It says whose plan
 * it is when there are several, as the view's description names only a single one.
 */
export function viewMessage(repositories: readonly RepositorySnapshot[], services: ServiceSource, trusted: boolean): string | undefined {
  const streams = repositories.flatMap(({ stream }) => stream ?? []);
  const drivers = repositories.flatMap(({ drivenBy }) => drivenBy ?? []);
  if (streams.length === 0) return undefined;
  const hindrance = !trusted
    ? vscode.l10n.t('Restricted Mode: the plan is shown, nothing can be run or changed.')
    : services.opencode === 'missing'
      ? vscode.l10n.t('opencode was not found: install it, or set work.opencode.path.')
      : undefined;
  const watching = drivers.map(({ holder }) =>
    holder
      ? vscode.l10n.t('You are watching: {0} on {1} runs it. Work: Take Over goes on here.', holder.program, holder.host)
      : vscode.l10n.t('You are watching: another program runs it. Work: Take Over goes on here.'),
  );
  const lines = streams.map(stream =>
    repositories.length === 1 ? asSentence(progress(stream, services)) : `${stream.name}: ${progress(stream, services)}`,
  );
  // VS Code draws a line break as a space: what has no full stop comes last.
  return [...(hindrance === undefined ? [] : [hindrance]), ...watching, lines.join(' · ')].join(' ');
}

function progress(stream: WorkstreamSnapshot, { paused, load }: ServiceSource): string {
  if (stream.readOnly !== undefined) return stream.readOnly;
  const stage = stream.stages.find(({ id }) => id === stream.runningScope);
  const running = stage ?? runningBatches(stream)[0];
  if (running) {
    const { completed, cancelled, total } = running.counts;
    const numbers = [running.id, completed + cancelled, total] as const;
    if (paused) {
      return stage
        ? vscode.l10n.t('stage {0} is paused, {1} of {2} done', ...numbers)
        : vscode.l10n.t('batch {0} is paused, {1} of {2} done', ...numbers);
    }
    const sentence = stage
      ? vscode.l10n.t('stage {0}, {1} of {2} done', ...numbers)
      : vscode.l10n.t('batch {0}, {1} of {2} done', ...numbers);
    return load.limit < load.setting
      ? `${sentence}; ${vscode.l10n.t('{0} of {1} at once: the model is overloaded', load.limit, load.setting)}`
      : sentence;
  }
  const { completed, cancelled, blocked, total } = stream.counts;
  if (stream.problems.some(({ severity }) => severity === 'error')) return vscode.l10n.t('a file cannot be read');
  if (total === 0) return vscode.l10n.t('no tasks yet: say in PLAN.md what each thread is to do, then Run Batch');
  const gate = stream.stages.find(({ atGate }) => atGate);
  if (gate) return vscode.l10n.t('stage {0} waits for approval', gate.id);
  if (stream.nextBatch === null) {
    return stream.isEnded
      ? vscode.l10n.t('the workstream is completed')
      : vscode.l10n.t('all batches are complete: Work: Complete ends the workstream');
  }
  const sentence = vscode.l10n.t('{0} of {1} tasks done', completed + cancelled, total);
  return blocked === 0 ? sentence : `${sentence}, ${vscode.l10n.t('{0} blocked', blocked)}`;
}

const asSentence = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
