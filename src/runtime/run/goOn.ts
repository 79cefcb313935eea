import { stat } from 'node:fs/promises';
import type { AttemptState } from '../../domain/journal/journalState';
import type { Finding } from '../../domain/run/checkRun';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import { isDone } from '../../domain/taskStatus';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import type { SharedPlace } from './attemptRequest';

/** A task whose last attempt's agent shall go on where it stopped, with a person's words. */
export type GoOn = { readonly task: string; readonly message: string };

/** Why the agent of a task's last attempt cannot go on, as a sentence; undefined when it can. Starts the server to ask it. */
export async function whyNotGoOn(
  { root, opencode }: { readonly root: string; readonly opencode: OpencodeRuntime },
  stream: WorkstreamSnapshot,
  id: string,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const no = (why: string): Finding => ({ code: 'cannot-go-on', message: `The agent of task ${id} cannot go on: ${why}` });
  const threads = stream.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const task = threads.flatMap(({ tasks }) => tasks).find(candidate => candidate.id === id);
  if (!task) return no(`there is no such task in workstream ${stream.id}.`);
  if (isDone(task.status)) return no(`the task is ${task.status}. Set it to pending first.`);
  const last = task.attempts.at(-1);
  if (last?.session === undefined) return no('it never began. Run the task instead.');
  const directory = last.worktree ?? root;
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) return no(`its worktree ${directory} is gone. Restore it, or retry the task in a new attempt.`);
  await opencode.server.ensure(signal);
  if ((await opencode.sessions.get(directory, last.session, signal)) === undefined) {
    return no('its session is gone from the opencode server. Retry the task in a new attempt.');
  }
  return undefined;
}

/** Where the agent of an attempt worked. */
export function placeOf(root: string, { worktree, branch, base, session }: AttemptState): SharedPlace | undefined {
  return session === undefined ? undefined : { workplace: { directory: worktree ?? root, branch, base }, session };
}
