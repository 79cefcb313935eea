import { isWithin } from '../../domain/ids';
import { promptText } from '../../domain/prompts/promptText';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';

export type WrittenPrompt = {
  readonly thread: string;
  /** Relative to the workstream's folder. */ readonly path: string;
  /** Another thread's prompt has the same path and was overwritten. */ readonly collision: boolean;
};

/** `scope`: an id of any level, or the whole plan. `skill`: as a server lists it. */
export type PromptWish = { readonly scope: string | undefined; readonly skill: string | undefined };

/** Writes the prompt files of all threads within the scope. @throws {FilesError} when plan or tasks cannot be read. */
export async function writePrompts(
  files: WorkFiles,
  stream: WorkstreamSnapshot,
  { scope, skill }: PromptWish,
): Promise<readonly WrittenPrompt[]> {
  await files.checkReadable(stream.id);
  const written: WrittenPrompt[] = [];
  for (const stage of stream.stages) {
    for (const batch of stage.batches) {
      for (const thread of batch.threads.filter(candidate => !candidate.orphan && (scope === undefined || isWithin(candidate.id, scope)))) {
        await files.writePrompt(
          stream.id,
          thread.promptPath,
          promptText({ stream: stream.id, title: stream.title, stage, batch, thread, tasks: thread.tasks, skill }),
        );
        written.push({ thread: thread.id, path: thread.promptPath, collision: written.some(other => other.path === thread.promptPath) });
      }
    }
  }
  return written;
}
