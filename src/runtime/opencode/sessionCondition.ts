import type { Part, ToolPart } from '@opencode-ai/sdk/v2/client';
import { oneLine, truncate } from '../../common/text';
import { wasRefused } from './sessionEnd';
import type { SessionMessage } from './sessionMessage';

/**
 * How a session stands that somebody else may have left: `gone` there is no such session, `busy` it is at work (or waits for an
 * answer), `finished` its last turn came to its end, well or badly, `unfinished` nobody works at its last turn any more.
 */
export type SessionCondition = { readonly kind: 'gone' | 'busy' } | IdleCondition;

export type IdleCondition =
  | { readonly kind: 'finished' }
  /** `cut`: the tool call that was cut off, in words (`bash: npm test`). */
  | { readonly kind: 'unfinished'; readonly cut: string | undefined };

/** What a repaired tool call says; the model reads it as the call's result. */
export const cutOffError =
  'This call was cut off: the opencode server ended while it ran. It may have run in part. Look at what it left behind before you repeat it.';

/** Of a session that is idle, by its stored messages in order. One without messages has nothing unfinished. */
export function judgeCondition(messages: readonly SessionMessage[]): IdleCondition {
  const last = messages.at(-1);
  return last === undefined || hasEnded(last) ? { kind: 'finished' } : { kind: 'unfinished', cut: cutCall(last.parts) };
}

/** The agent's loop goes on after these words for why a message ended. */
const goesOn = ['tool-calls', 'unknown'];

function hasEnded(message: SessionMessage): boolean {
  const { info, parts } = message;
  if (info.role !== 'assistant' || info.time.completed === undefined) return false;
  if (info.error !== undefined || wasRefused(message)) return true;
  return parts.length > 0 && info.finish !== undefined && !goesOn.includes(info.finish);
}

/** The server of an idle session does not run it any more, whatever is stored of it. */
export const isStuck = (part: Part): part is ToolPart => part.type === 'tool' && ['pending', 'running'].includes(part.state.status);

/** A call that was repaired is still the one that was cut off, so that who is interrupted after the repair learns it again. */
export function cutCall(parts: readonly Part[]): string | undefined {
  const cut = parts.filter(part => part.type === 'tool').filter(part => isStuck(part) || isRepaired(part));
  return cut.length === 0 ? undefined : cut.map(inWords).join('; ');
}

const isRepaired = ({ state }: ToolPart) => state.status === 'error' && state.error === cutOffError;

function inWords({ tool, state }: ToolPart): string {
  const { command, filePath, description, pattern, url } = state.input;
  const subject = [command, filePath, description, pattern, url].find(value => typeof value === 'string' && value.trim() !== '');
  return typeof subject === 'string' ? `${tool}: ${truncate(oneLine(subject), 200)}` : tool;
}
