import { budgetSentence } from './budget';
import { limitWords } from './adaptiveLimit';
import { count } from '../../common/text';
import type { Translate } from '../../common/translate';
import type { JournalEvent } from '../journal/events';
import { integrationRevision } from '../names';
import { verdictWords } from '../review/stageVerdict';
import type { Outcome } from '../outcome';
import type { WorkstreamSnapshot } from '../tree/nodes';
import type { Findings } from './checkRun';
import { scopeTitle } from './runScope';

/** What a run's progress says of an event, a plain line: the same in a terminal, a task and a log. Not of every event. */
export function progressLine(event: JournalEvent): string | undefined {
  switch (event.kind) {
    case 'run.started':
      return `${scopeTitle(event.batch)}: ${count(event.threads.length, 'thread')} (${event.threads.join(', ')})`;
    case 'thread.unreachable':
      return `⊘ ${event.thread} does not begin: ${event.reason}`;
    case 'thread.held':
      return event.reason === null ? undefined : `◌ ${event.thread} waits: ${event.reason}`;
    case 'attempt.started':
      return `◐ ${event.task} started${event.number > 1 ? ` (attempt ${event.number})` : ''}${event.model === null ? '' : ` with ${event.model}`}`;
    case 'attempt.finished':
      return describeEnd(event);
    case 'merge.landed':
      return `⇢ ${event.thread} merged into ${event.branch} (${event.commit.slice(0, 10)})`;
    case 'merge.empty':
      return `⇢ ${event.thread} changed nothing`;
    case 'merge.conflicted':
      return `✗ ${event.thread} conflicts in ${event.files.join(', ')}`;
    case 'stage.reviewed':
      return `⚖ Stage ${event.stage}, review by @${event.agent}: ${verdictWords(event.verdict)}${event.text === '' ? '' : `. ${event.text}`}`;
    case 'limit.changed':
      return `◌ ${limitWords(event)}`;
    case 'budget.warned':
      return `◌ Budget nearly spent: ${budgetSentence(event)}.`;
    case 'budget.reached':
      return `◌ Budget reached: ${budgetSentence(event)}.`;
    default:
      return undefined;
  }
}

const signs: Readonly<Record<Outcome, string>> = { completed: '✓', blocked: '✗', failed: '✗', interrupted: '−', cancelled: '−' };

function describeEnd({ attempt, outcome, report, reason }: JournalEvent & { readonly kind: 'attempt.finished' }): string {
  const task = attempt.split('#')[0] ?? attempt;
  // What stands in tasks.json says itself that it is a failure.
  const words = outcome === 'failed' ? (reason ?? report) : (report ?? reason);
  return `${signs[outcome]} ${task} ${outcome}${words === undefined ? '' : `: ${words}`}`;
}

/** How a run ended, by the ids of its threads. */
export type RunEnd = {
  readonly batch: string;
  readonly outcome: Outcome;
  readonly merged: readonly string[];
  readonly blocked: readonly string[];
  readonly cancelled?: readonly string[] | undefined;
  /** Could not begin: what they depend on ended unmerged. */
  readonly unreachable?: readonly string[] | undefined;
};

/** The last lines of a run. */
export function endLines(streamId: string, { batch, merged, blocked, cancelled = [], unreachable = [] }: RunEnd): readonly string[] {
  const parts = [
    `${merged.length} merged`,
    ...(blocked.length > 0 ? [`${blocked.length} blocked (${blocked.join(', ')})`] : []),
    ...(cancelled.length > 0 ? [`${cancelled.length} stopped (${cancelled.join(', ')})`] : []),
    ...(unreachable.length > 0 ? [`${unreachable.length} unreachable (${unreachable.join(', ')})`] : []),
  ];
  return [
    `${scopeTitle(batch)}: ${parts.join(', ')}`,
    ...(merged.length > 0 ? [`What was merged: git log ${integrationRevision(streamId)}`] : []),
  ];
}

export function findingLines({ problems, warnings }: Findings): readonly string[] {
  return [...problems.map(({ message }) => `Error: ${message}`), ...warnings.map(({ message }) => `warning: ${message}`)];
}

export const allBatchesComplete = 'All batches are complete! Nothing to continue.';

/** Why a workstream that has not even one thread cannot go on, and what to do; undefined where it has one. */
export function nothingPlanned({ stages, readOnly, problems, diagnostics }: WorkstreamSnapshot, t: Translate): string | undefined {
  if (stages.some(stage => stage.batches.some(batch => batch.threads.length > 0))) return undefined;
  if (readOnly !== undefined) return readOnly;
  const unread = problems.find(({ severity }) => severity === 'error');
  if (unread) return unread.message;
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error) return `PLAN.md:${error.line}: ${error.message}`;
  return problems[0]?.message ?? t('The plan has no threads yet. Write them into PLAN.md; work validate plan checks it.');
}
