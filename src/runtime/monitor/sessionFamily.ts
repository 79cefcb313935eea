import type { Doing, Call, ToolCall } from '../../domain/monitor/evidence';
import { ActivityStream } from '../opencode/activityStream';
import { sessionOf, type ServerEvent } from '../opencode/serverEvent';
import type { SessionMessage } from '../opencode/sessionMessage';
import { SessionSigns } from './sessionSigns';

type Member = { readonly stream: ActivityStream; readonly signs: SessionSigns };

/** The session of an attempt and those of its sub-agents, told apart from other sessions in the same directory. */
export class SessionFamily {
  private readonly members = new Map<string, Member>();

  constructor(
    readonly root: string,
    at: number,
  ) {
    this.add(root, at);
  }

  /** A sub-agent that was there before we listened. */
  add(session: string, at: number): void {
    if (!this.members.has(session)) this.members.set(session, { stream: new ActivityStream(session), signs: new SessionSigns(at) });
  }

  /** `wall`: milliseconds since the epoch. False for what happened to others. */
  heard(event: ServerEvent, at: number, wall: number): boolean {
    if (event.type === 'session.created' || event.type === 'session.updated') {
      const { id, parentID } = event.properties.info;
      if (parentID !== undefined && this.members.has(parentID)) this.add(id, at);
      return false;
    }
    const member = this.members.get(sessionOf(event) ?? '');
    if (!member) return false;
    if (event.type === 'session.deleted') member.signs.deleted(at);
    const activities = member.stream.apply(event);
    for (const activity of activities) member.signs.heard(activity, at, wall);
    if (event.type === 'message.part.delta' && activities.length === 0) member.signs.token(at); // of a text that began before we listened
    return true;
  }

  /** What is stored of one of them: what was said while nobody listened is only there. */
  read(session: string, messages: readonly SessionMessage[], at: number, wall: number): void {
    const member = this.members.get(session);
    for (const activity of member?.stream.load(messages) ?? []) member?.signs.heard(activity, at, wall);
  }

  get sessions(): readonly string[] {
    return [...this.members.keys()];
  }

  /** What the server says of the directory's sessions: those that are not named are idle. */
  seen(busy: Readonly<Record<string, unknown>>, at: number): void {
    for (const [session, { signs }] of this.members) signs.seen(session in busy, at);
  }

  get isDeleted(): boolean {
    return this.members.get(this.root)?.signs.isDeleted ?? false;
  }

  /** When any of them got on last: ended a call or a step; -1 for never. */
  get progressAt(): number {
    return Math.max(...[...this.members.values()].map(({ signs }) => signs.progressAt));
  }

  /** Whoever works for the attempt now: the agent itself, or the liveliest of the sub-agents it waits for. */
  now(at: number, tool?: Pick<ToolCall, 'process'> & { readonly filesAt: number | undefined }): { doing: Doing; calls: readonly Call[] } {
    const active = this.active();
    return { doing: active.doing(at, tool), calls: active.endedCalls(at) };
  }

  /** After a step was taken, what was done before it proves nothing. */
  forgetCalls(): void {
    for (const { signs } of this.members.values()) signs.forgetCalls();
  }

  private active(): SessionSigns {
    const root = this.members.get(this.root)?.signs ?? new SessionSigns(0);
    if (!root.runsSubAgent) return root;
    const children = [...this.members.values()].map(({ signs }) => signs).filter(signs => signs !== root && !signs.isIdle);
    return children.sort((left, right) => right.lastAt - left.lastAt)[0] ?? root;
  }
}
