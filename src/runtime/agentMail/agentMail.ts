import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as z from 'zod';

export type AgentMailOptions = {
  readonly url: string;
  readonly token: string | undefined;
  /** The repository: what the server calls a project. */
  readonly root: string;
};

/** A path of ours that others have reserved there, and who. */
export type MailConflict = { readonly path: string; readonly holders: readonly string[] };

const registered = z.looseObject({ name: z.string().min(1) });
const project = z.looseObject({ slug: z.string().optional() });
const holder = z.union([
  z.string(),
  z.looseObject({ agent: z.string().optional(), agent_name: z.string().optional(), holder: z.string().optional() }),
]);
const reservation = z.looseObject({
  conflicts: z.array(z.looseObject({ path: z.string(), holders: z.array(holder).default([]) })).default([]),
});
const program = 'workstreams';
/** Milliseconds for one call. */
const timeout = 10_000;

/** One agent's place at an MCP Agent Mail server: its reservations of files, and its messages. Every method throws what goes wrong. */
export class AgentMail {
  private readonly client = new Client({ name: program, version: '1.0.0' });

  private constructor(
    private readonly options: AgentMailOptions,
    readonly name: string,
  ) {}

  /** Registers an agent for a thread; the server may give it a name of its own. */
  static async join(options: AgentMailOptions, who: { readonly task: string; readonly model: string }): Promise<AgentMail> {
    const nameless = new AgentMail(options, '');
    try {
      await nameless.connect();
      await nameless.call('ensure_project', { human_key: options.root }, project);
      const facts = { project_key: options.root, program, model: who.model, task_description: who.task };
      const { name } = await nameless.call('register_agent', facts, registered);
      const mail = new AgentMail(options, name);
      await mail.connect();
      return mail;
    } finally {
      await nameless.close();
    }
  }

  /** The server grants what conflicts too: whoever gets conflicts has to give it back and wait. */
  async reserve(
    paths: readonly string[],
    { ttlSeconds, reason }: { readonly ttlSeconds: number; readonly reason: string },
  ): Promise<readonly MailConflict[]> {
    const wanted = { paths, ttl_seconds: ttlSeconds, exclusive: true, reason };
    const { conflicts } = await this.call('file_reservation_paths', { ...this.own, ...wanted }, reservation);
    return conflicts.map(({ path, holders }) => ({ path, holders: holders.map(nameOf) }));
  }

  async release(): Promise<void> {
    await this.call('release_file_reservations', this.own, z.unknown());
  }

  async send(to: string, subject: string, body: string, importance: 'normal' | 'high'): Promise<void> {
    const message = { to: [to], subject, body_md: body, importance };
    await this.call('send_message', { project_key: this.options.root, sender_name: this.name, ...message }, z.unknown());
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private get own() {
    return { project_key: this.options.root, agent_name: this.name };
  }

  private connect(): Promise<void> {
    const { url, token } = this.options;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    // Where it is was said by the user; it may not send us on to another host.
    const requestInit: RequestInit = { headers, redirect: 'error' };
    return this.client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }), { timeout });
  }

  private async call<T>(name: string, args: Readonly<Record<string, unknown>>, schema: z.ZodType<T>): Promise<T> {
    const result = await this.client.callTool({ name, arguments: { ...args } }, undefined, { timeout });
    const texts = z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).parse(result.content ?? []);
    const text = texts.find(({ type }) => type === 'text')?.text ?? '';
    if (result.isError === true) throw new Error(`${name}: ${text}`);
    return schema.parse(result.structuredContent ?? parsed(text));
  }
}

function nameOf(given: z.infer<typeof holder>): string {
  return typeof given === 'string' ? given : (given.agent ?? given.agent_name ?? given.holder ?? 'somebody');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
