import { compareIds, normalizeId } from '../ids';
import type { JsonValue } from '../journal/events';
import type { TaskStatus } from '../taskStatus';
import { entriesOf, stamp, type Entry } from './entries';
import { editJson, type JsonChange } from './jsonEdit';

/** undefined leaves a field as it is, null takes it out of the file. */
export type TaskChange = {
  readonly status?: TaskStatus | undefined;
  readonly report?: string | null | undefined;
  readonly breadcrumb?: string | null | undefined;
  readonly assigned_agent?: string | null | undefined;
};

/** A task to add: `pending` unless said otherwise; its times are those of the write. */
export type NewTask = {
  readonly id: string;
  readonly name: string;
  readonly stage_name: string;
  readonly batch_name: string;
  readonly thread_name: string;
  readonly status?: TaskStatus | undefined;
  readonly assigned_agent?: string | undefined;
  readonly report?: string | undefined;
  readonly breadcrumb?: string | undefined;
};

/** Ids of `ids` that the text has no task for. */
export function missingTasks(text: string, ids: readonly string[]): readonly string[] {
  const entries = entriesOf(text, 'tasks');
  return ids.filter(id => placeOf(entries, id) < 0);
}

/** Makes one change to each of the tasks; `at` is an ISO time. Ids without a task are passed over. */
export function changeTasks(text: string, ids: readonly string[], change: TaskChange, at: string): string {
  const entries = entriesOf(text, 'tasks');
  const places = [...new Set(ids.map(id => placeOf(entries, id)))].filter(place => place >= 0);
  const fields: readonly (readonly [string, string | null | undefined])[] = [
    ['status', change.status],
    ['updated_at', at],
    ['breadcrumb', change.breadcrumb],
    ['report', change.report],
    ['assigned_agent', change.assigned_agent],
  ];
  const changes = places.flatMap(place =>
    fields.flatMap(([key, value]): readonly JsonChange[] =>
      value === undefined ? [] : [{ path: ['tasks', place, key], value: value ?? undefined }],
    ),
  );
  return editJson(text, [stamp('tasks', at), ...changes]);
}

/**
 * Adds tasks, each before the first with a greater id; what stands in the file stays where it is. A task that is there already
 * keeps its status, its times and what the new one says nothing about.
 */
export function addTasks(text: string, tasks: readonly NewTask[], at: string): string {
  const sorted = [...tasks].sort((left, right) => compareIds(left.id, right.id));
  let edited = editJson(text, [stamp('tasks', at)]);
  for (const task of sorted) {
    const entries = entriesOf(edited, 'tasks');
    const place = placeOf(entries, task.id);
    if (place >= 0) {
      const { id: _id, status: _status, ...fields } = task;
      const changes = Object.entries(fields).map(([key, value]): JsonChange => ({ path: ['tasks', place, key], value }));
      edited = editJson(
        edited,
        changes.filter(({ value }) => value !== undefined),
      );
    } else {
      const next = entries.findIndex(({ id }) => typeof id === 'string' && compareIds(id, task.id) > 0);
      edited = editJson(edited, [{ path: ['tasks', next < 0 ? entries.length : next], value: taskEntry(task, at), insert: true }]);
    }
  }
  return edited;
}

/** A new task as `tasks.json` has it. */
export function taskEntry({ id, name, stage_name, batch_name, thread_name, status, ...rest }: NewTask, at: string): JsonValue {
  const entry: Record<string, JsonValue> = {
    id: normalizeId(id) ?? id,
    name,
    stage_name,
    batch_name,
    thread_name,
    status: status ?? 'pending',
    created_at: at,
    updated_at: at,
  };
  for (const key of ['assigned_agent', 'report', 'breadcrumb'] as const) {
    const value = rest[key];
    if (value !== undefined) entry[key] = value;
  }
  return entry;
}

/** By the numbers of the id, so that `1.1.1.1` is `01.01.01.01`. */
function placeOf(entries: readonly Entry[], id: string): number {
  const wanted = normalizeId(id) ?? id;
  return entries.findIndex(entry => typeof entry.id === 'string' && (normalizeId(entry.id) ?? entry.id) === wanted);
}
