import { defaultAgentName } from '../agents';
import type { TaskRecord, ThreadRecord } from '../files/records';
import { storedPromptPath } from '../files/workPaths';
import { unnamedThread } from '../names';
import { threadPromptPath } from '../prompts/promptText';
import { countTasks, isDropped } from '../status/counts';
import { coordinationOf, type CoordinationFacts } from '../reservations/threadCoordination';
import { groupStatus } from '../status/rollUp';
import { foreseenOf } from '../merge/foreseen';
import { isUnmerged } from '../merge/unmerged';
import { openResolution } from '../merge/openResolution';
import { awaitsMerge } from '../run/threadWork';
import type { LiveRuns } from './liveRuns';
import type { Ask, BudgetAsk, TaskNode, ThreadNode } from './nodes';
import { nameOr, type OutlineThread } from './outline';
import { taskHealth, type HealthFacts } from './taskHealth';

export type ThreadContext = {
  readonly streamId: string;
  readonly runs: LiveRuns;
  readonly asks: readonly Ask[];
  readonly health: HealthFacts;
  readonly coordination: CoordinationFacts;
  /** `threads.json`, by thread. */
  readonly records: ReadonlyMap<string, ThreadRecord>;
};

type Place = { readonly id: string; readonly name: string };

/** A thread and its tasks, as files, journal and open asks have them together. */
export function threadNode(thread: OutlineThread, stage: Place, batch: Place, context: ThreadContext): ThreadNode {
  const { id, summary, details, dependsOn, files, line, orphan, own } = thread;
  const { runs, records, streamId } = context;
  const state = runs.journal.threads.get(id);
  const agent = [own, ...thread.tasks].find(task => task?.assigned_agent)?.assigned_agent ?? thread.agent ?? defaultAgentName;
  const tasks = thread.tasks.map(task => taskNode(task, agent, context));
  const statuses = (own ? [own] : thread.tasks).map(task => task.status);
  const merge = isUnmerged(state?.merge) && isDropped(statuses) ? undefined : state?.merge;
  const running = runs.isThreadRunning(id) || tasks.some(task => task.running);
  return {
    kind: 'thread',
    id,
    name: nameOr(thread.name, unnamedThread(id)),
    summary,
    details,
    agent,
    status: groupStatus(statuses),
    counts: countTasks(statuses),
    running,
    asks: tasks.flatMap(task => task.asks),
    merge,
    awaitsMerge: awaitsMerge(
      tasks,
      merge,
      tasks.flatMap(task => task.attempts),
      runs.journal.runs,
    ),
    validations: runs.journal.validations.filter(({ threads }) => threads.includes(id)),
    foreseen: foreseenOf(runs.journal.foreseen, id),
    returns: runs.journal.returns.filter(returned => returned.thread === id),
    resolution: openResolution(runs.journal.resolutions, id),
    resolved: runs.journal.resolved.filter(({ thread: its }) => its === id),
    ...coordinationOf(context.coordination, id, context.health.now),
    reason: state?.reason ?? own?.report ?? (running ? undefined : lastReason(tasks)),
    dependsOn,
    files,
    promptPath: storedPromptPath(streamId, records.get(id)?.promptPath) ?? threadPromptPath(stage, batch, thread),
    line,
    orphan,
    tasks,
  };
}

function taskNode(task: TaskRecord, threadAgent: string, { streamId, runs, asks, health }: ThreadContext): TaskNode {
  const attempt = runs.runningAttempt(task.id);
  const asked = asks.filter(ask =>
    ask.kind === 'budget' ? isBudgetOf(ask, streamId, task.id) : runs.taskOfSession(ask.rootSession) === task.id,
  );
  return {
    kind: 'task',
    id: task.id,
    name: nameOr(task.name, `Task ${task.id}`),
    status: task.status,
    report: task.report,
    breadcrumb: task.breadcrumb,
    agent: task.assigned_agent ?? threadAgent,
    running: attempt !== undefined,
    health: attempt && taskHealth(attempt, asked, health),
    asks: asked,
    attempts: runs.attempts(task.id),
    updatedAt: task.updated_at === '' ? undefined : task.updated_at,
  };
}

const isBudgetOf = ({ stream, tasks }: BudgetAsk, streamId: string, task: string) => stream === streamId && tasks.includes(task);

/** Why the first task that is not done is where it is, if its last attempt says so. */
function lastReason(tasks: readonly TaskNode[]): string | undefined {
  return tasks.find(task => task.status !== 'completed' && task.status !== 'cancelled')?.attempts.at(-1)?.reason;
}
