import type { Part } from '@opencode-ai/sdk/v2/client';
import type { Activity } from './activity';
import type { ServerEvent } from './serverEvent';
import { readSessionError, readStatus, readTokens, readTool, type SessionMessage } from './sessionMessage';

type Text = {
  readonly type: 'text' | 'reasoning';
  said: string;
  ended: boolean;
  /** Its beginning was said while we did not listen; the server stores a text only when it is complete. */
  readonly headless: boolean;
};

const toolOrder = ['pending', 'running', 'completed', 'error'];

/** Turns one session's messages and events into activities, each fact once, however often and in whatever order it is told. */
export class ActivityStream {
  private readonly roles = new Map<string, 'user' | 'assistant'>();
  private readonly texts = new Map<string, Text>();
  /** Pieces of texts of which nothing else is known yet. */
  private readonly early = new Map<string, string>();
  private readonly tools = new Map<string, { readonly rank: number; readonly told: string }>();
  /** Parts that are told once: a user's text, a step's end. */
  private readonly told = new Set<string>();
  private errorTold = false;
  private status = '';

  constructor(private readonly session: string) {}

  /** Everything that the stored messages tell and was not told before. */
  load(messages: readonly SessionMessage[]): readonly Activity[] {
    return messages.flatMap(({ info, parts }) => [
      ...this.message(info, false),
      ...parts.flatMap(part => this.part(part, true)),
      ...this.errorOf(info),
    ]);
  }

  /** Learns what it needs of a session that is under way; what is heard next is told even if it is stored already. */
  join(messages: readonly SessionMessage[]): readonly Activity[] {
    for (const { info } of messages) this.roles.set(info.id, info.role);
    return messages.flatMap(({ info, parts }) => (info.role === 'user' ? [] : parts.flatMap(part => this.joinPart(part))));
  }

  /** Begins again with what is stored; nothing of it is told. What is being said now goes on without its beginning. */
  reset(messages: readonly SessionMessage[]): void {
    this.texts.clear();
    this.status = '';
    this.load(messages);
  }

  apply(event: ServerEvent): readonly Activity[] {
    switch (event.type) {
      case 'message.updated':
        return event.properties.sessionID === this.session ? this.message(event.properties.info, true) : [];
      case 'message.part.updated':
        return event.properties.part.sessionID === this.session ? this.part(event.properties.part, false) : [];
      case 'message.part.delta': {
        const { sessionID, messageID, partID, field, delta } = event.properties;
        return sessionID === this.session && field === 'text' ? this.delta(messageID, partID, delta) : [];
      }
      case 'session.status': {
        const { sessionID, status } = event.properties;
        if (sessionID !== this.session) return [];
        const activity = readStatus(status);
        return this.isNewStatus(JSON.stringify(activity)) ? [activity] : [];
      }
      case 'session.error':
        return event.properties.sessionID === this.session ? this.error(event.properties.error) : [];
      default:
        return [];
    }
  }

  private message(info: SessionMessage['info'], withError: boolean): readonly Activity[] {
    if (info.role === 'user' && !this.roles.has(info.id)) this.errorTold = false;
    this.roles.set(info.id, info.role);
    return withError ? this.errorOf(info) : [];
  }

  private errorOf(info: SessionMessage['info']): readonly Activity[] {
    return info.role === 'assistant' && info.error && this.once(`error ${info.id}`) ? this.error(info.error) : [];
  }

  /** A turn has one error; what follows it are the same error's stack and its copy in the message. */
  private error(value: unknown): readonly Activity[] {
    const error = readSessionError(value);
    if (!error || this.errorTold) return [];
    this.errorTold = true;
    const { name, message, statusCode } = error;
    return [{ type: 'error', name, message, ...(statusCode === undefined ? {} : { statusCode }) }];
  }

  private part(part: Part, stored: boolean): readonly Activity[] {
    switch (part.type) {
      case 'text':
        if (part.synthetic === true || part.ignored === true) return [];
        if (!this.isUsers(part)) return this.text(part, stored);
        return part.text !== '' && this.once(part.id) ? [{ type: 'user', messageId: part.messageID, text: part.text }] : [];
      case 'reasoning':
        return this.text(part, stored);
      case 'tool': {
        const activity = readTool(part);
        const rank = toolOrder.indexOf(activity.state);
        const known = this.tools.get(part.id);
        const told = JSON.stringify(activity);
        if (known && (known.rank > rank || known.told === told)) return [];
        this.tools.set(part.id, { rank, told });
        return [activity];
      }
      case 'step-finish':
        return this.once(part.id) ? [{ type: 'stepFinished', cost: part.cost, tokens: readTokens(part.tokens) }] : [];
      default:
        return [];
    }
  }

  private joinPart(part: Part): readonly Activity[] {
    const isText = part.type === 'text' || part.type === 'reasoning';
    return isText && part.time?.end === undefined && !this.texts.has(part.id) ? this.text(part, true) : [];
  }

  /** Of a message that was announced before we listened: only what agents say is timed. */
  private isUsers({ messageID, time }: Part & { readonly type: 'text' }): boolean {
    return (this.roles.get(messageID) ?? (time === undefined ? 'user' : 'assistant')) === 'user';
  }

  private text(part: Part & { readonly type: 'text' | 'reasoning' }, stored: boolean): readonly Activity[] {
    const ended = part.time?.end !== undefined;
    const known = this.texts.get(part.id);
    const text = known ?? { type: part.type, said: '', ended, headless: stored && !ended };
    this.texts.set(part.id, text);
    if (known?.ended === true) return [];
    text.ended = ended;
    const early = this.early.get(part.id);
    this.early.delete(part.id);
    if (early !== undefined && !ended) return this.say(part.messageID, part.id, text, early);
    if (part.text.startsWith(text.said)) return this.say(part.messageID, part.id, text, part.text.slice(text.said.length));
    return ended && text.headless && part.text.trimEnd() !== text.said.trimEnd() ? [{ type: 'resynced' }] : [];
  }

  private delta(messageId: string, partId: string, delta: string): readonly Activity[] {
    const text = this.texts.get(partId);
    if (text) return text.ended ? [] : this.say(messageId, partId, text, delta);
    this.early.set(partId, (this.early.get(partId) ?? '') + delta);
    return [];
  }

  private say(messageId: string, partId: string, text: Text, delta: string): readonly Activity[] {
    text.said += delta;
    return delta === '' ? [] : [{ type: text.type, messageId, partId, delta }];
  }

  private once(key: string): boolean {
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }

  private isNewStatus(status: string): boolean {
    if (status === this.status) return false;
    this.status = status;
    return true;
  }
}
