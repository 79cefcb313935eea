import { scopeThreads, type RunScope } from '../../domain/run/runScope';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { isWithin } from '../../domain/ids';
import { implicitTaskId } from '../../domain/names';
import { promptText } from '../../domain/prompts/promptText';
import type { WorkFiles } from '../files/workFiles';

/** What is missing before a batch or stage can run: threads without a task, threads without a prompt file. */
export type Preparation = { readonly implicitTasks: readonly ThreadNode[]; readonly missingPrompts: readonly ThreadNode[] };

export async function planPreparation(files: WorkFiles, stream: WorkstreamSnapshot, scope: RunScope): Promise<Preparation> {
  const threads = scopeThreads(scope);
  const prompts = await Promise.all(threads.map(thread => files.readPrompt(stream.id, thread.promptPath)));
  return {
    implicitTasks: threads.filter(thread => thread.tasks.length === 0),
    missingPrompts: threads.filter((_, index) => prompts[index] === undefined),
  };
}

/** Writes what is missing and says what it wrote, a sentence each. `skill`: what prompts name, as the server lists it. */
export async function prepareBatch(
  files: WorkFiles,
  stream: WorkstreamSnapshot,
  scope: RunScope,
  skill: string | undefined,
): Promise<readonly string[]> {
  const { implicitTasks, missingPrompts } = await planPreparation(files, stream, scope);
  const { stage } = scope;
  const batchOf = ({ id }: ThreadNode) => scope.batches.find(batch => isWithin(id, batch.id));
  const said: string[] = [];
  const added = implicitTasks.map(thread => ({
    id: implicitTaskId(thread.id),
    name: thread.name,
    stage_name: stage.name,
    batch_name: batchOf(thread)?.name ?? '',
    thread_name: thread.name,
    assigned_agent: thread.agent,
  }));
  if (added.length > 0) {
    await files.addTasks(stream.id, added);
    said.push(...added.map(task => `Thread ${task.id.slice(0, 8)} has no tasks in tasks.json: task ${task.id} "${task.name}" was added.`));
  }
  for (const thread of missingPrompts) {
    const tasks =
      thread.tasks.length > 0
        ? thread.tasks
        : added.filter(task => task.id.startsWith(`${thread.id}.`)).map(task => ({ ...task, status: 'pending' as const }));
    const batch = batchOf(thread);
    if (!batch) continue;
    await files.writePrompt(
      stream.id,
      thread.promptPath,
      promptText({ stream: stream.id, title: stream.title, stage, batch, thread, tasks, skill }),
    );
    said.push(`The prompt of thread ${thread.id} was missing and was generated: ${thread.promptPath}`);
  }
  return said;
}
