import { isLaterId } from './messageIds';
import type { SessionMessage } from './sessionMessage';

export type SentPrompt = {
  readonly messageId: string;
  readonly partIds: readonly string[];
  /** The session's last message of the user when the prompt was made, null when there was none; undefined: not known. */
  readonly after?: string | null | undefined;
};

/**
 * What became of a prompt: `absent` the server does not have it, `partial` it has the message without all its parts, `stored` it
 * has the whole, `superseded` it does not have the whole, and a later message of the user is there: sending it now would bring
 * an old question up again.
 */
export type PromptState = 'absent' | 'partial' | 'stored' | 'superseded';

/** By the session's stored messages, in order. An id's time decides only where nothing else is known: a clock may be set back. */
export function judgePrompt(messages: readonly SessionMessage[], { messageId, partIds, after }: SentPrompt): PromptState {
  const at = messages.findIndex(({ info }) => info.id === messageId);
  const parts = new Set(messages[at]?.parts.map(({ id }) => id));
  if (at >= 0 && partIds.every(id => parts.has(id))) return 'stored';
  const before = after === null ? -1 : messages.findIndex(({ info }) => info.id === after);
  const isKnown = after === null || before >= 0;
  const isLater = ({ info }: SessionMessage, index: number) =>
    info.role === 'user' && (at >= 0 ? index > at : isKnown ? index > before : isLaterId(info.id, messageId));
  if (messages.some(isLater)) return 'superseded';
  return at >= 0 ? 'partial' : 'absent';
}
