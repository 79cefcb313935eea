import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import * as z from 'zod';

export type Call = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };

/** An MCP Agent Mail server as far as the product uses it, made with the protocol's own library: it keeps calls, and conflicts as it is told. */
export class AgentMailServer {
  readonly calls: Call[] = [];
  readonly unauthorized: string[] = [];
  /** Who holds which paths, besides the agents of this server. */
  held = new Map<string, string>();
  private agents = 0;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly token: string,
  ) {}

  static async start(token: string): Promise<AgentMailServer> {
    const server = createServer();
    const mail = new AgentMailServer(server, token);
    server.on('request', (request, response) => {
      if (request.headers.authorization !== `Bearer ${mail.token}`) {
        mail.unauthorized.push(request.headers.authorization ?? '');
        response.writeHead(401).end();
        return;
      }
      const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
      const protocol = mail.protocol();
      response.on('close', () => void protocol.close());
      void protocol.connect(transport).then(() => transport.handleRequest(request, response));
    });
    await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
    return mail;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/mcp/`;
  }

  callsOf(tool: string): readonly Call[] {
    return this.calls.filter(call => call.tool === tool);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private protocol(): McpServer {
    const protocol = new McpServer({ name: 'agent-mail', version: '1' });
    const text = z.string();
    const key = { project_key: text, agent_name: text };
    const tool = (name: string, inputSchema: z.ZodRawShape, answer: (input: Readonly<Record<string, unknown>>) => unknown) =>
      protocol.registerTool(name, { description: name, inputSchema }, (input: Readonly<Record<string, unknown>>) => {
        this.calls.push({ tool: name, input });
        return { content: [{ type: 'text' as const, text: JSON.stringify(answer(input)) }] };
      });
    tool('ensure_project', { human_key: text }, () => ({ id: 1, slug: 'project' }));
    tool('register_agent', { project_key: text, program: text, model: text, task_description: text }, () => ({
      name: `Agent${++this.agents}`,
    }));
    const wanted = { ...key, paths: z.array(text), ttl_seconds: z.number().min(60), exclusive: z.boolean(), reason: text };
    tool('file_reservation_paths', wanted, ({ paths }) => ({
      granted: (paths as string[]).map((path, id) => ({ id, path_pattern: path })), // granted even when they conflict
      conflicts: (paths as string[]).flatMap(path => {
        const holder = this.held.get(path);
        return holder === undefined ? [] : [{ path, holders: [{ agent: holder }] }];
      }),
    }));
    tool('release_file_reservations', key, () => ({ released: 1 }));
    tool(
      'send_message',
      { project_key: text, sender_name: text, to: z.array(text), subject: text, body_md: text, importance: text },
      () => ({
        deliveries: [],
      }),
    );
    return protocol;
  }
}
