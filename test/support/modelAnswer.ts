import type { ServerResponse } from 'node:http';
import type { Usage } from './modelDirectives';

/** One answer of the scripted model as server-sent chunks, the way OpenAI-compatible servers stream them. */
export class ModelAnswer {
  private started = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly id: string,
  ) {}

  reasoning(text: string): void {
    for (const piece of pieces(text)) this.delta({ reasoning_content: piece });
  }

  text(text: string): void {
    for (const piece of pieces(text)) this.delta({ content: piece });
  }

  call(tool: string, input: unknown): void {
    const call = { index: 0, id: `call_${this.id}`, type: 'function', function: { name: tool, arguments: '' } };
    this.delta({ content: null, tool_calls: [call] });
    for (const piece of pieces(JSON.stringify(input ?? {}), 2048)) {
      this.delta({ tool_calls: [{ index: 0, function: { arguments: piece } }] });
    }
  }

  /** Sends the headers, so that the other side sees a model that has begun. */
  begin(): void {
    if (this.started) return;
    this.started = true;
    this.response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    this.delta({ role: 'assistant', content: '' });
  }

  finish(reason: 'stop' | 'tool_calls', usage: Usage): void {
    const { input = 100, output = 10, cached = 0, reasoning = 0 } = usage;
    this.send({
      ...this.chunk({}, reason),
      usage: {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: cached },
        completion_tokens_details: { reasoning_tokens: reasoning },
      },
    });
    this.response.end('data: [DONE]\n\n');
  }

  /** An error of the kind that OpenAI-compatible servers answer with. */
  fail(status: number, message: string, wait = 50): void {
    const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
    this.response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': String(wait) });
    this.response.end(JSON.stringify({ error: { message, type, code: null } }));
  }

  private delta(delta: Readonly<Record<string, unknown>>): void {
    this.begin();
    this.send(this.chunk(delta, null));
  }

  private chunk(delta: Readonly<Record<string, unknown>>, finish: string | null) {
    return {
      id: this.id,
      object: 'chat.completion.chunk',
      created: 1,
      model: 'scripted',
      choices: [{ index: 0, delta, finish_reason: finish }],
    };
  }

  private send(chunk: unknown): void {
    this.response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
}

/** Cuts a text into what one chunk carries, so that it arrives in pieces, like a model's. */
function pieces(text: string, length = 48): readonly string[] {
  return [...text.matchAll(new RegExp(`[\\s\\S]{1,${length}}`, 'gu'))].map(([piece]) => piece);
}
