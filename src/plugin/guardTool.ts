import path from 'node:path';
import { guardCommand, refusedCheckout } from '../domain/guards/commandGuard';
import { guardWrite } from '../domain/guards/writeGuard';
import { writtenFiles } from '../domain/guards/writtenFiles';
import type { AttemptMetadata } from '../domain/run/attemptMetadata';
import { namesCommit } from './namesCommit';
import { realTarget } from './realTarget';

/** Whether a call of this tool can be refused at all; the others are not looked at. */
export const isGuarded = (tool: string, input: unknown) => tool === 'bash' || writtenFiles(tool, input).length > 0;

/** Why the attempt's agent may not make this call, as a sentence for the model; undefined when it may. */
export async function guardTool(attempt: AttemptMetadata, tool: string, input: unknown): Promise<string | undefined> {
  if (tool === 'bash') return guardBash(attempt, input);
  for (const file of writtenFiles(tool, input)) {
    const refusal = await guardFile(attempt, file);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

async function guardBash({ worktree }: AttemptMetadata, input: unknown): Promise<string | undefined> {
  const command = typeof input === 'object' && input !== null && 'command' in input ? input.command : undefined;
  if (typeof command !== 'string') return undefined;
  const { refusal, checkouts } = guardCommand(command);
  if (refusal !== undefined) return refusal;
  for (const word of checkouts) {
    if (await namesCommit(word, worktree)) return refusedCheckout(word);
  }
  return undefined;
}

/** A path is checked as the system would follow it and as it reads; opencode joins relative ones to the session's folder. */
async function guardFile({ worktree }: AttemptMetadata, shown: string): Promise<string | undefined> {
  const written = path.isAbsolute(shown) ? shown : path.join(worktree, shown);
  try {
    const root = await realTarget(worktree);
    for (const file of new Set([written, path.normalize(written)])) {
      const refusal = guardWrite({ worktree: root, target: await realTarget(file), shown });
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  } catch (error) {
    return `${shown} was not written: where it leads cannot be found out (${error instanceof Error ? error.message : String(error)}).`;
  }
}
