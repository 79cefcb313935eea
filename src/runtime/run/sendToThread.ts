import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { Git } from '../git/git';
import { dropNote } from '../journal/inbox';
import { journalFolder } from '../journal/journalPaths';
import { newMessageId, newPartId } from '../opencode/messageIds';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';

export class MessageError extends Error {
  override readonly name = 'MessageError';

  constructor(
    readonly reason: 'no-session',
    message: string,
  ) {
    super(message);
  }
}

export type MessageServices = { readonly root: string; readonly git: Git; readonly opencode: OpencodeRuntime };

/**
 * Sends a person's message into the session of a thread's latest attempt, whether it runs or not, and notes it for the journal.
 * @throws {MessageError} `no-session` when the thread was never run.
 */
export async function sendToThread(
  { root, git, opencode }: MessageServices,
  stream: WorkstreamSnapshot,
  threadId: string,
  text: string,
): Promise<void> {
  const thread = stream.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads)).find(candidate => candidate.id === threadId);
  const attempts = thread?.tasks.flatMap(task => task.attempts).filter(attempt => attempt.session !== undefined) ?? [];
  const attempt = attempts.find(candidate => candidate.finishedAt === undefined) ?? attempts.at(-1);
  if (attempt?.session === undefined) throw new MessageError('no-session', `Thread ${threadId} has no agent to talk to yet. Run it first.`);
  await opencode.server.ensure();
  await opencode.sessions.prompt({
    directory: attempt.worktree ?? root,
    session: attempt.session,
    messageId: newMessageId(),
    partId: newPartId(),
    text,
  });
  await dropNote(journalFolder(await git.commonDir(), stream.id), { kind: 'attempt.messaged', attempt: attempt.id, by: 'user', text });
}
