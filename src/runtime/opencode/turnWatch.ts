import type { Part } from '@opencode-ai/sdk/v2/client';
import type { ServerEvent } from './serverEvent';
import type { TurnFacts } from './sessionEnd';
import { readSessionError, type SessionError, type SessionMessage } from './sessionMessage';

/** An error may follow the word that the session is idle, after this many milliseconds at most. */
const settled = 500;

/** What is heard of a session's current turn, the one that its last user message began. */
export class TurnWatch {
  private asked: string | undefined;
  private readonly known = new Set<string>();
  /** Texts of the agent; what it thinks is no output. */
  private readonly texts = new Set<string>();
  private error: SessionError | undefined;
  private quietSince = performance.now();
  saidIdle = false;
  sawOutput = false;

  heard(event: ServerEvent): void {
    this.quietSince = performance.now();
    switch (event.type) {
      case 'message.updated':
        if (event.properties.info.role === 'user') this.begin(event.properties.info.id);
        break;
      case 'message.part.delta':
        if (this.texts.has(event.properties.partID)) this.sawOutput = true;
        break;
      case 'message.part.updated':
        this.heardPart(event.properties.part);
        break;
      case 'session.error':
        this.error ??= readSessionError(event.properties.error);
        break;
      case 'session.status':
        this.saidIdle = event.properties.status.type === 'idle';
        break;
      default:
    }
  }

  /** Learns which turn is under way. */
  join(messages: readonly SessionMessage[]): void {
    this.quietSince = performance.now();
    const asked = messages.flatMap(({ info }) => (info.role === 'user' ? [info.id] : []));
    const last = asked.at(-1);
    if (this.asked === undefined) this.asked = last;
    else if (last !== undefined && asked.includes(this.asked)) this.begin(last);
    for (const message of asked) this.known.add(message);
  }

  /** After a break: what was heard before is not the whole. */
  rejoin(messages: readonly SessionMessage[]): void {
    this.join(messages);
    this.saidIdle = false;
  }

  /** The session works: silence begins anew when it stops. */
  seenBusy(): void {
    this.quietSince = performance.now();
  }

  /** Milliseconds since anything was heard or the session was seen at work. */
  silence(): number {
    return performance.now() - this.quietSince;
  }

  /** What was heard of the turn that these messages end with; nothing when it is another one. */
  facts(messages: readonly SessionMessage[]): TurnFacts {
    const { error, sawOutput } = this;
    const saidIdle = this.saidIdle && this.silence() >= settled;
    return lastAsked(messages) === this.asked ? { error, sawOutput, saidIdle } : { error: undefined, sawOutput: false, saidIdle: false };
  }

  private heardPart(part: Part): void {
    if (part.type === 'tool') this.sawOutput = true;
    if (part.type === 'text' && part.time !== undefined) this.texts.add(part.id); // only what agents say is timed
  }

  private begin(message: string): void {
    if (this.known.has(message)) return; // older messages are told again, with a summary
    this.known.add(message);
    this.asked = message;
    this.error = undefined;
    this.saidIdle = false;
    this.sawOutput = false;
  }
}

function lastAsked(messages: readonly SessionMessage[]): string | undefined {
  return messages.findLast(({ info }) => info.role === 'user')?.info.id;
}
