import { abortedName, readSessionError, type SessionError, type SessionMessage } from './sessionMessage';

/**
 * How a session's turn ended, by what is stored: `idle` it came to its end (with `error` when that was an error), `aborted`
 * somebody stopped it, `interrupted` its server went away in the middle, `gone` the session was deleted. Every kind but a
 * good `idle` has an `error`.
 */
export type SessionEnd = {
  readonly kind: 'idle' | 'aborted' | 'interrupted' | 'gone';
  /** The last thing that the agent said in this turn. */
  readonly lastText: string;
  /** opencode's word for why the last message ended: `stop`, `tool-calls`, `length`, … */
  readonly finish?: string | undefined;
  /** Whether the agent said anything or called a tool since the last message of the user. */
  readonly sawOutput: boolean;
  readonly error?: SessionError | undefined;
  readonly messages: readonly SessionMessage[];
};

/** What was heard of the turn beside its messages. */
export type TurnFacts = {
  readonly error: SessionError | undefined;
  readonly sawOutput: boolean;
  /** The server said `idle` since the turn began, and nothing after it. */
  readonly saidIdle: boolean;
};

export const interruptedError: SessionError = {
  name: 'SessionInterrupted',
  message: 'The opencode server ended while the agent was working.',
};
export const goneError: SessionError = { name: 'SessionDeleted', message: 'The session was deleted.' };

/** The end of the turn if the evidence is complete: the session is not busy and its messages say how it ended. */
export function judgeEnd(messages: readonly SessionMessage[], facts: TurnFacts): SessionEnd | undefined {
  const last = messages.at(-1)?.info;
  const stored = last?.role === 'assistant' ? readSessionError(last.error) : undefined;
  const error = stored ?? facts.error;
  if (error) return endOf(error.name === abortedName ? 'aborted' : 'idle', messages, facts, error);
  if (last?.role !== 'assistant' || last.time.completed === undefined) return undefined;
  const ended = last.finish !== undefined && !['tool-calls', 'unknown'].includes(last.finish);
  return ended || facts.saidIdle || wasRefused(messages.at(-1)) ? endOf('idle', messages, facts) : undefined;
}

/** opencode's words for a tool call that a person turned down without a reason; the agent stops then. */
const refusals = ['The user rejected permission to use this specific tool call.', 'The user dismissed this question'];

/** Whether a person turned a tool call of the message down without a reason. */
export function wasRefused(message: SessionMessage | undefined): boolean {
  return message?.parts.some(part => part.type === 'tool' && part.state.status === 'error' && refusals.includes(part.state.error)) ?? false;
}

/** What to make of a session that is not busy and whose evidence stayed incomplete. */
export function judgeUnfinished(messages: readonly SessionMessage[], facts: TurnFacts): SessionEnd {
  return messages.length === 0 ? endOf('idle', messages, facts) : endOf('interrupted', messages, facts, interruptedError);
}

export function endOf(
  kind: SessionEnd['kind'],
  messages: readonly SessionMessage[],
  facts: Pick<TurnFacts, 'sawOutput'>,
  error?: SessionError,
): SessionEnd {
  const answers = turnOf(messages);
  const last = answers.at(-1)?.info;
  return {
    kind,
    lastText: answers.map(textOf).findLast(text => text !== '') ?? '',
    finish: last?.role === 'assistant' ? last.finish : undefined,
    sawOutput: facts.sawOutput || answers.some(message => textOf(message) !== '' || message.parts.some(({ type }) => type === 'tool')),
    error,
    messages,
  };
}

/** The assistant's messages since the user's last. */
function turnOf(messages: readonly SessionMessage[]): readonly SessionMessage[] {
  const asked = messages.findLastIndex(
    ({ info, parts }) => info.role === 'user' && parts.some(part => part.type === 'text' && part.synthetic !== true),
  );
  return messages.slice(asked + 1).filter(({ info }) => info.role === 'assistant');
}

function textOf({ parts }: SessionMessage): string {
  return parts
    .flatMap(part => (part.type === 'text' && part.synthetic !== true && part.ignored !== true ? [part.text] : []))
    .join('\n')
    .trim();
}
