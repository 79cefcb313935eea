import { oneLine } from '../../common/text';
import { formatId, normalizeId, parseId } from '../ids';
import { implicitTaskId } from '../names';
import { defaultAgentName } from '../agents';
import type { NewTask } from '../files/taskEdits';
import type { TaskStatus } from '../taskStatus';
import type { StageNode, TaskNode, ThreadNode } from '../tree/nodes';
import { normalizeLines } from './markdownBlocks';
import type { Diagnostic } from './planDocument';
import { parseBatchHeading, parseStageHeading, parseThreadHeading, type PlanHeading, type ThreadHeading } from './planHeadings';

const markers: Readonly<Record<string, TaskStatus>> = {
  ' ': 'pending',
  x: 'completed',
  '~': 'in_progress',
  '!': 'blocked',
  '-': 'cancelled',
};
const markerOf = (status: TaskStatus) => Object.entries(markers).find(([, each]) => each === status)?.[0] ?? ' ';

/** `TASKS.md`: every thread of the plan with the tasks it has, and one to fill in where it has none. */
export function tasksDocument({ name, stages }: { readonly name: string; readonly stages: readonly StageNode[] }): string {
  const lines = [`# Tasks: ${oneLine(name)}`, ''];
  for (const stage of stages) {
    const batches = stage.batches.map(batch => ({ batch, threads: batch.threads.filter(thread => !thread.orphan) }));
    lines.push(`## Stage ${stage.id}: ${oneLine(stage.name)}`, '');
    for (const { batch, threads } of batches) {
      lines.push(`### Batch ${lastPart(batch.id)}: ${oneLine(batch.name)}`, '');
      for (const thread of threads) lines.push(...threadLines(thread), '');
    }
  }
  return lines.join('\n');
}

function threadLines({ id, name, agent, tasks }: ThreadNode): readonly string[] {
  const mention = agent === defaultAgentName || !/^[a-zA-Z0-9_-]+$/.test(agent) ? '' : ` @agent:${agent}`;
  return [
    `#### Thread ${lastPart(id)}: ${oneLine(name)}${mention}`,
    ...(tasks.length === 0 ? [`- [ ] Task ${implicitTaskId(id)}: `] : tasks.flatMap(taskLines)),
  ];
}

function taskLines({ id, name, status, report }: TaskNode): readonly string[] {
  const said = oneLine(report ?? '');
  return [`- [${markerOf(status)}] Task ${id}: ${oneLine(name)}`, ...(said === '' ? [] : [`  > Report: ${said}`])];
}

const lastPart = (id: string) => id.slice(id.lastIndexOf('.') + 1);

export type ParsedTasks = { readonly tasks: readonly NewTask[]; readonly errors: readonly Diagnostic[] };
type Place = { stage?: PlanHeading | undefined; batch?: PlanHeading | undefined; thread?: ThreadHeading | undefined };

/** Reads `TASKS.md`. A task without a description is one that nobody filled in, and is passed over. */
export function parseTasksDocument(text: string): ParsedTasks {
  const tasks: NewTask[] = [];
  const errors: Diagnostic[] = [];
  let place: Place = {};
  for (const [index, line] of normalizeLines(text).split('\n').entries()) {
    place = placeAt(line, place);
    const report = /^\s*>\s*Report:\s*(.+)$/i.exec(line)?.[1]?.trim();
    const last = tasks.at(-1);
    if (report !== undefined && last) tasks[tasks.length - 1] = { ...last, report };
    const item = /^\s*[-*+]\s+\[([ xX~!-])\]\s*(.*)$/.exec(line);
    if (!item) continue;
    const read = readTask(item[2] ?? '', markers[(item[1] ?? ' ').toLowerCase()], place);
    if (typeof read === 'string') errors.push({ severity: 'error', message: read, line: index + 1, section: 'Tasks' });
    else if (read) tasks.push(read);
  }
  return { tasks, errors };
}

function placeAt(line: string, place: Place): Place {
  const heading = /^(#{2,4})\s+(.*?)(?:\s+#+)?\s*$/.exec(line);
  const words = heading?.[2] ?? '';
  switch (heading?.[1]?.length) {
    case 2:
      return { stage: parseStageHeading(words) };
    case 3:
      return { stage: place.stage, batch: parseBatchHeading(words) };
    case 4:
      return { ...place, thread: parseThreadHeading(words) };
    default:
      return place;
  }
}

/** The task of an item, undefined for one without a description, or what is wrong with it. */
function readTask(item: string, status: TaskStatus | undefined, { stage, batch, thread }: Place): NewTask | string | undefined {
  const [, given, name = ''] = /^Task\s+([^\s:]+):\s*(.*)$/i.exec(item) ?? [];
  if (given === undefined) return `Task missing ID: "${item.trim()}". Format should be "- [ ] Task 01.01.01.01: Description"`;
  const numbers = parseId(given) ?? [];
  const id = normalizeId(given);
  if (id === undefined || numbers.length !== 4) return `Invalid task ID format: ${given}`;
  if (!stage || !batch || !thread || formatId(...numbers.slice(0, 3)) !== formatId(stage.number, batch.number, thread.number)) {
    return `Task ID ${given} does not match hierarchy (Stage ${stage?.number ?? '?'}, Batch ${batch?.number ?? '?'}, Thread ${thread?.number ?? '?'})`;
  }
  if (name.trim() === '') return undefined;
  return {
    id,
    name: name.trim(),
    stage_name: stage.name,
    batch_name: batch.name,
    thread_name: thread.name,
    status,
    ...(thread.agent === undefined ? {} : { assigned_agent: thread.agent }),
  };
}
