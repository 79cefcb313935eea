import type { JsonValue } from '../journal/events';
import { taskEntry, type NewTask } from './taskEdits';

/** Texts of files that did not exist yet, in the layout of the original tool: two spaces, no newline at the end. `at` is an ISO time. */

export const newIndexFile = (at: string) => write({ version: '1.0.0', last_updated: at, streams: [] });

/** `tasks`: in the order of their ids. */
export const newTasksFile = (streamId: string, at: string, tasks: readonly NewTask[] = []) =>
  write({ version: '1.0.0', stream_id: streamId, last_updated: at, tasks: tasks.map(task => taskEntry(task, at)) });

export const newThreadsFile = (streamId: string, at: string) =>
  write({ version: '1.0.0', stream_id: streamId, last_updated: at, threads: [] });

/** A workstream's entry in `index.json`. `size` and `session_estimated` mean nothing any more, but every reader expects them. */
export function newStreamEntry(
  order: number,
  name: string,
  generator: string,
  at: string,
): { readonly id: string; readonly entry: JsonValue } {
  const id = `${String(order).padStart(3, '0')}-${name}`;
  const estimate = { length: 4, unit: 'session', session_minutes: [30, 45], session_iterations: [4, 8] };
  return {
    id,
    entry: {
      id,
      name,
      order,
      size: 'medium',
      session_estimated: estimate,
      created_at: at,
      updated_at: at,
      path: `work/${id}`,
      generated_by: { workstreams: generator },
    },
  };
}

const write = (value: JsonValue) => JSON.stringify(value, null, 2);
