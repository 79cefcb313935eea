import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { newMessageId, newPartId } from '../opencode/messageIds';
import { readOnlyRules } from '../run/readOnlySession';
import { DraftError } from './draftError';

/** A session whose agent reads and answers. It belongs to no workstream: nothing of it is written down, and nothing resumed. */
export class ReaderSession {
  private constructor(
    private readonly opencode: OpencodeRuntime,
    private readonly directory: string,
    private readonly session: string,
  ) {}

  static async open(opencode: OpencodeRuntime, directory: string, title: string, signal: AbortSignal): Promise<ReaderSession> {
    await opencode.server.ensure(signal);
    const { id } = await opencode.sessions.create({ directory, title, agent: undefined, permission: readOnlyRules, metadata: {} }, signal);
    return new ReaderSession(opencode, directory, id);
  }

  /** The last thing that the agent says to a prompt. An abort stops it. @throws {DraftError} `no-draft` when it does not come to its end */
  async ask(text: string, signal: AbortSignal): Promise<string> {
    const { sessions } = this.opencode;
    const { directory, session } = this;
    const follower = sessions.follow(directory, session);
    try {
      await sessions.prompt({
        directory,
        session,
        messageId: newMessageId(),
        partId: newPartId(),
        text,
        model: undefined,
        agent: undefined,
      });
      const { kind, error, lastText } = await follower.idle(signal);
      if (kind === 'idle' && error === undefined) return lastText;
      throw new DraftError('no-draft', `The agent did not come to its end: ${error?.message ?? `its session is ${kind}`}.`);
    } catch (error) {
      if (signal.aborted) await sessions.abort(directory, session).catch(() => undefined);
      throw error;
    } finally {
      follower.dispose();
    }
  }
}
