import type { Call, Doing, ToolCall } from '../../domain/monitor/evidence';
import { oneLine, truncate } from '../../common/text';
import type { Activity, ToolActivity } from '../opencode/activity';

type Running = { readonly call: string; readonly startedAt: number; saidAt: number };
type Ended = Omit<Call, 'age'> & { readonly endedAt: number };
type Refusal = { readonly message: string; readonly attempt: number; readonly since: number; readonly dueAt: number };

/** A loop is told by the last few; what is older says nothing of it. */
const mostCalls = 50;

/** What was heard of one session, as far as it tells what its agent does now. Times are awake milliseconds, given by the caller. */
export class SessionSigns {
  private model: { kind: 'asked' | 'answering' | 'composing'; tool: string; at: number };
  private readonly tools = new Map<string, Running>();
  private calls: Ended[] = [];
  private refusal: Refusal | undefined;
  private idleAt: number | undefined;
  private deletedAt: number | undefined;
  /** When it was heard last. */
  lastAt: number;
  /** When it last got on: a call ended, or a step. */
  progressAt = -1;

  constructor(at: number) {
    this.lastAt = at;
    this.model = { kind: 'asked', tool: '', at };
  }

  /** `wall`: milliseconds since the epoch, in which the server says when it will ask again. */
  heard(activity: Activity, at: number, wall: number): void {
    if (activity.type === 'resynced') return; // our own break, no sign of the agent
    this.lastAt = at;
    if (activity.type !== 'status' && activity.type !== 'error') this.idleAt = undefined;
    switch (activity.type) {
      case 'user':
        this.calls = [];
        this.ask(at);
        break;
      case 'text':
      case 'reasoning':
        this.token(at);
        break;
      case 'tool':
        this.tool(activity, at);
        break;
      case 'stepFinished':
        this.progressAt = at;
        if (this.tools.size === 0) this.ask(at);
        break;
      case 'status':
        if (activity.status === 'idle') this.idle(at);
        else this.busy(at);
        if (activity.status === 'retry') {
          const { message = '', attempt = 1, next = wall } = activity;
          const dueAt = at + Math.max(0, next - wall);
          this.refusal = { message: truncate(oneLine(message), 200), attempt, since: this.refusal?.since ?? at, dueAt };
        }
        break;
      case 'error':
        break;
    }
  }

  /** Something came from the model. */
  token(at: number): void {
    this.lastAt = at;
    this.idleAt = undefined;
    this.refusal = undefined;
    this.model = { kind: 'answering', tool: '', at };
  }

  /** The server was asked and says that it does nothing, or something. */
  seen(isBusy: boolean, at: number): void {
    if (!isBusy) this.idle(at);
    else if (this.idleAt !== undefined) this.busy(at);
  }

  deleted(at: number): void {
    this.deletedAt ??= at;
  }

  get isDeleted(): boolean {
    return this.deletedAt !== undefined;
  }

  get isIdle(): boolean {
    return this.idleAt !== undefined;
  }

  /** One of its calls waits for a sub-agent. */
  get runsSubAgent(): boolean {
    return [...this.tools.values()].some(({ call }) => call.startsWith('task'));
  }

  doing(
    at: number,
    tool: Pick<ToolCall, 'process'> & { readonly filesAt: number | undefined } = { process: undefined, filesAt: undefined },
  ): Doing {
    if (this.deletedAt !== undefined) return { kind: 'idle', age: at - this.deletedAt };
    if (this.idleAt !== undefined) return { kind: 'idle', age: at - this.idleAt };
    const running = [...this.tools.values()].sort((left, right) => right.saidAt - left.saidAt)[0];
    if (running) {
      const { call, startedAt, saidAt } = running;
      const silentSince = Math.max(saidAt, tool.filesAt ?? saidAt);
      return { kind: 'tool', call, age: at - startedAt, silent: at - silentSince, process: tool.process };
    }
    if (this.refusal) {
      const { message, attempt, since, dueAt } = this.refusal;
      return { kind: 'refused', message, attempt, age: at - since, overdue: Math.max(0, at - Math.max(dueAt, this.lastAt)) };
    }
    const { kind, tool: name } = this.model;
    const age = at - this.model.at;
    return kind === 'composing' ? { kind, tool: name, age } : { kind, age };
  }

  endedCalls(at: number): readonly Call[] {
    return this.calls.map(({ endedAt, ...call }) => ({ ...call, age: at - endedAt }));
  }

  forgetCalls(): void {
    this.calls = [];
  }

  private ask(at: number): void {
    this.model = { kind: 'asked', tool: '', at };
  }

  private busy(at: number): void {
    if (this.idleAt !== undefined) this.ask(at);
    this.idleAt = undefined;
  }

  private idle(at: number): void {
    this.idleAt ??= at;
    this.tools.clear();
    this.refusal = undefined;
  }

  private tool({ callId, tool, state, input, title }: ToolActivity, at: number): void {
    this.refusal = undefined;
    const known = this.tools.get(callId);
    switch (state) {
      case 'pending':
        this.model = { kind: 'composing', tool, at };
        break;
      case 'running':
        this.tools.set(callId, { call: callText(tool, input, title), startedAt: known?.startedAt ?? at, saidAt: at });
        break;
      case 'completed':
      case 'error':
        this.tools.delete(callId);
        this.calls.push({
          call: callText(tool, input, title),
          same: `${tool} ${JSON.stringify(input)}`,
          failed: state === 'error',
          endedAt: at,
        });
        if (this.calls.length > mostCalls) this.calls.shift();
        this.progressAt = at;
        if (this.tools.size === 0) this.ask(at);
    }
  }
}

/** `bash: npm test`: the tool and what tells this call from others. */
function callText(tool: string, input: unknown, title: string | undefined): string {
  const given = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
  const subject = [given.command, given.filePath, given.pattern, given.url, given.description, title].find(
    value => typeof value === 'string' && value !== '',
  );
  return typeof subject === 'string' ? `${tool}: ${truncate(oneLine(subject), 80)}` : tool;
}
