import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { ModelAnswer } from './modelAnswer';
import { parseTurns, saying, type Failure, type Turn } from './modelDirectives';
import { readRequest, type ModelRequest } from './modelRequest';

/**
 * What to play when `label` is the last of all labels in a user's message. Scripts with the same label are played in
 * order, one for each message that asks for them; the last is repeated.
 */
export type ModelScript = { readonly label: string; readonly directives: string };

export type ScriptedModelOptions = { readonly scripts?: readonly ModelScript[]; readonly port?: number };

type Script = { readonly label: string; readonly turns: readonly Turn[] };
type Held = { readonly kind: 'gate' | 'barrier' | 'hang'; readonly size: number; readonly go: () => void };

/**
 * An OpenAI-compatible model on loopback that plays scripts and knows nothing of what they are for. A message of a user with
 * directives in it plays those; else the script is found by its label; else it says "Nothing to do."
 */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  /** `{{name}}` in texts stands for the value that the name has when the text is sent. */
  readonly vars: Record<string, string> = {};
  private scripts: readonly Script[];
  /** By label, then by the message that asked for it. */
  private readonly played = new Map<string, Map<string, Script>>();
  private readonly failures = new Map<string, number>();
  private readonly held = new Set<Held>();
  private armedBarrier = 0;
  private open = 0;
  /** The most requests that were open at the same time. */
  mostAtOnce = 0;

  private constructor(
    private readonly server: Server,
    scripts: readonly ModelScript[],
  ) {
    this.scripts = scripts.map(compile);
  }

  /** Listens on a free port of loopback, or on `port`. @throws {DirectiveError} when a script is wrong. */
  static async start({ scripts = [], port = 0 }: ScriptedModelOptions = {}): Promise<ScriptedModel> {
    const server = createServer();
    const model = new ScriptedModel(server, scripts);
    server.on('request', (request, response) => void model.handle(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return model;
  }

  /** For a provider's `baseURL`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** How many requests are held: by a gate, a barrier or a hang. */
  get waiting(): number {
    return this.held.size;
  }

  addScript(script: ModelScript): void {
    this.scripts = [...this.scripts, compile(script)];
  }

  /** Plays these from now on, and forgets what was played of others. */
  replaceScripts(scripts: readonly ModelScript[]): void {
    this.scripts = scripts.map(compile);
    this.played.clear();
  }

  requestsFor(label: string): readonly ModelRequest[] {
    return this.requests.filter(request => request.label === label);
  }

  /** Lets every request go on that waits at a gate now; a stream goes on by one chunk. */
  release(): void {
    for (const held of [...this.held]) if (held.kind === 'gate') held.go();
  }

  /** The next requests are not answered until `count` of them wait; then all are, and the barrier is gone. */
  barrier(count: number): void {
    this.armedBarrier = count;
  }

  async close(): Promise<void> {
    for (const held of [...this.held]) held.go();
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method === 'POST' && request.url?.endsWith('/chat/completions')) await this.complete(request, response);
      else this.control(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else new ModelAnswer(response, 'error').fail(400, `the scripted model failed: ${String(error)}`);
    }
  }

  /** What a model in another process is told over HTTP. */
  private control({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://model');
    if (method === 'POST' && pathname === '/release') this.release();
    else if (method === 'POST' && pathname === '/barrier') this.barrier(Number(searchParams.get('count')));
    else if (method === 'POST' && pathname === '/vars') Object.assign(this.vars, Object.fromEntries(searchParams));
    else if (pathname !== '/requests' && pathname !== '/waiting') response.statusCode = 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(pathname === '/requests' ? this.requests : { waiting: this.waiting, mostAtOnce: this.mostAtOnce }));
  }

  private async complete(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = incoming.headers['x-session-id'];
    const body = await readText(incoming);
    const request = readRequest(body, typeof session === 'string' ? session : undefined, this.requests.length + 1, prompt =>
      this.labelIn(prompt),
    );
    this.requests.push(request);
    this.open += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.open);
    response.once('close', () => (this.open -= 1));
    const answer = new ModelAnswer(response, `turn${request.number}`);
    if (request.tools.length === 0) return this.play(saying('A scripted title'), answer, response); // titles and summaries
    if (this.armedBarrier > 0) await this.hold('barrier', response, this.armedBarrier);
    const turn = this.turnOf(request);
    const failure = this.nextFailure(request, turn.failures);
    if (failure) {
      answer.fail(failure.status, this.fill(failure.message), failure.wait);
      return;
    }
    if (turn.barrier !== undefined) await this.hold('barrier', response, turn.barrier);
    if (turn.gate) await this.hold('gate', response);
    return this.play(turn, answer, response);
  }

  private async play(turn: Turn, answer: ModelAnswer, response: ServerResponse): Promise<void> {
    if (isGone(response)) return;
    const { action } = turn;
    answer.begin();
    answer.reasoning(this.fill(turn.reasoning));
    answer.text(this.fill(turn.preface));
    if (action.verb === 'hang') {
      await this.hold('hang', response);
      response.destroy();
      return;
    }
    if (action.verb === 'say') answer.text(this.fill(action.text));
    if (action.verb === 'call') answer.call(action.tool, this.fillAll(action.input));
    if (action.verb === 'stream') {
      for (const chunk of action.chunks) {
        await (turn.pace === undefined ? this.hold('gate', response) : pause(turn.pace));
        if (isGone(response)) return;
        answer.text(this.fill(chunk));
      }
    }
    answer.finish(action.verb === 'call' ? 'tool_calls' : 'stop', turn.usage);
  }

  /** Resolves when it is let go or when the other side closes the connection. */
  private hold(kind: Held['kind'], response: ServerResponse, size = 0): Promise<void> {
    if (isGone(response)) return Promise.resolve();
    return new Promise(resolve => {
      const held: Held = {
        kind,
        size,
        go: () => {
          this.held.delete(held);
          resolve();
        },
      };
      this.held.add(held);
      response.once('close', held.go);
      const together = [...this.held].filter(other => other.kind === 'barrier' && other.size === size);
      if (kind !== 'barrier' || together.length < size) return;
      if (size === this.armedBarrier) this.armedBarrier = 0;
      for (const other of together) other.go();
    });
  }

  private labelIn(prompt: string): string | undefined {
    const places = this.scripts.map(({ label }) => ({ label, at: prompt.lastIndexOf(label) })).filter(({ at }) => at >= 0);
    return places.sort((left, right) => right.at - left.at || right.label.length - left.label.length)[0]?.label;
  }

  private turnOf(request: ModelRequest): Turn {
    const inline = inlineTurns(request.prompt);
    const turns = inline.length > 0 ? inline : (this.scriptFor(request)?.turns ?? []);
    return turns[request.turn] ?? saying(turns.length > 0 ? 'Done.' : 'Nothing to do.');
  }

  private scriptFor({ session, promptNumber, label }: ModelRequest): Script | undefined {
    if (label === undefined) return undefined;
    const played = this.played.get(label) ?? new Map<string, Script>();
    this.played.set(label, played);
    const message = `${session ?? ''} ${promptNumber}`;
    const candidates = this.scripts.filter(script => script.label === label);
    const script = played.get(message) ?? candidates[Math.min(played.size, candidates.length - 1)];
    if (script) played.set(message, script);
    return script;
  }

  private nextFailure({ session, promptNumber, turn }: ModelRequest, failures: readonly Failure[]): Failure | undefined {
    const key = `${session ?? ''} ${promptNumber} ${turn}`;
    const sent = this.failures.get(key) ?? 0;
    this.failures.set(key, sent + 1);
    let before = 0;
    return failures.find(({ times }) => sent < (before += times));
  }

  private fill(text: string): string {
    return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => this.vars[name] ?? whole);
  }

  private fillAll(value: unknown): unknown {
    if (typeof value === 'string') return this.fill(value);
    if (Array.isArray(value)) return value.map(item => this.fillAll(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fillAll(item)]));
  }
}

const compile = ({ label, directives }: ModelScript): Script => ({ label, turns: parseTurns(directives) });

function inlineTurns(prompt: string): readonly Turn[] {
  try {
    return parseTurns(prompt, 'prompt');
  } catch (error) {
    return [saying(`The directives in the message are wrong: ${String(error)}`)];
  }
}

const isGone = (response: ServerResponse) => response.destroyed;
