import { formatDuration } from '../../common/duration';
import { count } from '../../common/text';
import type { JournalEvent } from '../journal/events';
import { redCommand } from '../merge/validation';
import { needsAttention } from '../monitor/health';
import type { StageNode, TaskNode, ThreadNode } from '../tree/nodes';
import { conflictEnd, conflictsOf, mergeStory } from './mergeStory';
import { codeSpan, headingText, inline } from './reportMarkdown';
import { effortOf, tasksOf, timeOf, validationsOf } from './reportMetrics';

export type ReviewInput = {
  /** What it is a review of. */
  readonly milestone: string;
  /** The stages that belong to it. */
  readonly stages: readonly StageNode[];
  /** The journal of their workstream, in order. */
  readonly events: readonly JournalEvent[];
};

/** Longer lists say how many more there are. */
const mostLines = 20;

/**
 * An after-action review from what journal and plan know, for a person to go on writing: what went right, what went wrong, what could
 * be better, and what to do. Nothing in it is a guess. The same input gives the same bytes.
 */
export function afterActionReview({ milestone, stages, events }: ReviewInput): string {
  const threads = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const tasks = tasksOf(stages);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['What Went Right', wentRight(threads, tasks)],
    ['What Went Wrong', wentWrong(threads, tasks, events)],
    ['What Could Be Better', couldBeBetter(threads, tasks, events)],
  ];
  const items = actionItems(threads, tasks, events);
  const lines = [
    `# AAR: ${headingText(milestone)}`,
    '',
    ...sections.flatMap(([heading, found]) => [`## ${heading}`, '', ...bullets(found), '']),
    '## Action Items',
    '',
    ...(items.length === 0 ? ['1. ', ''] : [...items.map((item, index) => `${index + 1}. ${item}`), '']),
  ];
  return lines.join('\n');
}

function bullets(found: readonly string[]): readonly string[] {
  const more = found.length - mostLines;
  const shown = more > 0 ? [...found.slice(0, mostLines), `… and ${more} more in the journal.`] : found;
  return shown.length === 0 ? ['- '] : shown.map(line => `- ${line}`);
}

const called = ({ id, name }: ThreadNode | TaskNode) => `${id} ${inline(name)}`;

function wentRight(threads: readonly ThreadNode[], tasks: readonly TaskNode[]): readonly string[] {
  const completed = tasks.filter(({ status }) => status === 'completed').length;
  const atOnce = threads.filter(isMergedAtOnce);
  const checks = validationsOf(threads);
  const green = checks.filter(({ commands }) => redCommand(commands) === undefined).length;
  return [
    ...(completed === 0 ? [] : [`${completed} of ${count(tasks.length, 'task')} completed.`]),
    ...atOnce.map(thread => `${called(thread)}: merged, every task at its first attempt.`),
    ...(green > 0 && green === checks.length ? [`Every check of a merge passed (${green}).`] : []),
  ];
}

function isMergedAtOnce({ merge, returns, tasks }: ThreadNode): boolean {
  const isIn = merge?.state === 'landed' || merge?.state === 'empty';
  return isIn && returns.length === 0 && tasks.every(({ attempts }) => attempts.length <= 1);
}

function wentWrong(threads: readonly ThreadNode[], tasks: readonly TaskNode[], events: readonly JournalEvent[]): readonly string[] {
  return [
    ...tasks.flatMap(task =>
      task.attempts
        .filter(({ outcome }) => outcome === 'failed' || outcome === 'blocked' || outcome === 'interrupted')
        .map(({ number, outcome = '', reason }) => `${called(task)}: attempt ${number} ${outcome}${because(reason)}`),
    ),
    ...threads.flatMap(thread =>
      conflictsOf(mergeStory(events, thread.id)).map(
        conflict => `${called(thread)}: conflict in ${conflict.files.map(codeSpan).join(', ')}. ${inline(conflictEnd(conflict))}`,
      ),
    ),
    ...threads.flatMap(thread =>
      mergeStory(events, thread.id).flatMap(step =>
        step.kind === 'merge.rejected' ? [`${called(thread)}: its merge did not pass the checks${because(step.reason)}`] : [],
      ),
    ),
    ...stalls(tasks, events),
  ];
}

const because = (reason: string | undefined) =>
  reason === undefined || reason === '' ? '.' : `: ${inline(reason).replace(/[.\s]*$/, '')}.`;

/** What agents were seen doing that somebody should look at, each time; waiting for a person is no fault of theirs. */
function stalls(tasks: readonly TaskNode[], events: readonly JournalEvent[]): readonly string[] {
  const owners = new Map(tasks.flatMap(task => task.attempts.map(({ id }) => [id, task] as const)));
  return events.flatMap(event => {
    if (event.kind !== 'attempt.judged' || !needsAttention(event.state) || event.state === 'waiting' || event.state === 'unknown') {
      return [];
    }
    const task = owners.get(event.attempt);
    return task ? [`${called(task)}: its agent was ${event.state}${because(event.reason)}`] : [];
  });
}

function couldBeBetter(threads: readonly ThreadNode[], tasks: readonly TaskNode[], events: readonly JournalEvent[]): readonly string[] {
  const { attempts, cost, time } = effortOf(tasks);
  const again = tasks.filter(task => task.attempts.length > 1);
  const slowest = tasks
    .map(task => ({ task, took: task.attempts.reduce((sum, attempt) => sum + (timeOf(attempt) ?? 0), 0) }))
    .filter(({ took }) => took > 0)
    .sort((left, right) => right.took - left.took)[0];
  const waits = events.filter(event => event.kind === 'attempt.judged' && event.state === 'waiting');
  const own = new Set(tasks.flatMap(task => task.attempts.map(({ id }) => id)));
  const waited = waits.filter(event => 'attempt' in event && own.has(event.attempt)).length;
  const effort = [
    count(attempts, 'attempt'),
    ...(time === undefined ? [] : [`${formatDuration(time)} of agents at work`]),
    ...(cost === undefined ? [] : [`$${cost.toFixed(2)}`]),
  ].join(', ');
  return [
    ...(attempts === 0 ? [] : [`It took ${effort}.`]),
    ...(slowest && tasks.length > 1 ? [`The longest was ${called(slowest.task)}: ${formatDuration(slowest.took)}.`] : []),
    ...again.map(task => `${called(task)} took ${count(task.attempts.length, 'attempt')}.`),
    ...threads
      .filter(({ returns }) => returns.length > 0)
      .map(thread => `${called(thread)} was sent back to its agent ${count(thread.returns.length, 'time')}.`),
    ...(waited === 0 ? [] : [`Agents waited for a person ${count(waited, 'time')}.`]),
  ];
}

function actionItems(threads: readonly ThreadNode[], tasks: readonly TaskNode[], events: readonly JournalEvent[]): readonly string[] {
  return [
    ...tasks
      .filter(({ status }) => status === 'blocked')
      .map(task => `Decide on ${called(task)}, which is blocked${because(task.report ?? task.attempts.at(-1)?.reason)}`),
    ...threads.flatMap(thread => {
      const files = [...new Set(conflictsOf(mergeStory(events, thread.id)).flatMap(conflict => conflict.files))];
      if (files.length === 0) return [];
      return [
        `Let one thread at a time change ${files.map(codeSpan).join(', ')} (${called(thread)}): name them with "Files:" or let it depend on the other.`,
      ];
    }),
    ...threads
      .filter(thread => mergeStory(events, thread.id).some(({ kind }) => kind === 'merge.rejected'))
      .map(thread => `Tell agents to run the checks before they report (${called(thread)}).`),
    ...tasks
      .filter(({ status, attempts }) => status !== 'blocked' && attempts.filter(({ outcome }) => outcome === 'failed').length > 1)
      .map(task => `Find out why ${called(task)} failed more than once.`),
  ];
}
