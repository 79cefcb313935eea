import * as z from 'zod';

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).nullish();
const message = z.looseObject({ role: z.string(), content, tool_call_id: z.string().optional() });
const body = z.looseObject({
  model: z.string().default(''),
  stream: z.boolean().default(false),
  messages: z.array(message),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string(), parameters: z.unknown() }) })).default([]),
});

export type ModelMessage = { readonly role: string; readonly text: string };

/** One request that the scripted model received, in the order of arrival. */
export type ModelRequest = {
  /** 1, 2, 3, … */
  readonly number: number;
  readonly at: number;
  readonly session: string | undefined;
  /** The directory that the session works in, as the system prompt says. */
  readonly directory: string | undefined;
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  /** Names of the offered tools, in order; empty for titles and summaries. */
  readonly tools: readonly string[];
  /** JSON schema of each tool's input. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** The last message of a user, and how many assistant turns followed it. */
  readonly prompt: string;
  readonly turn: number;
  /** Which message of a user it is, 1 for the session's first. */
  readonly promptNumber: number;
  /** The label whose script is played, if one is. */
  readonly label: string | undefined;
};

/** @throws when the body is not a chat completion request. */
export function readRequest(
  text: string,
  session: string | undefined,
  number: number,
  findLabel: (prompt: string) => string | undefined,
): ModelRequest {
  const { model, messages, tools } = body.parse(JSON.parse(text));
  const read = messages.map(entry => ({ role: entry.role, text: textOf(entry.content) }));
  const last = read.findLastIndex(({ role, text: said }) => role === 'user' && !isReminder(said));
  const prompt = read[last]?.text ?? '';
  const system = read.filter(({ role }) => role === 'system' || role === 'developer').map(entry => entry.text);
  return {
    number,
    at: Date.now(),
    session,
    directory: /^\s*Working directory: (.+)$/m.exec(system.join('\n'))?.[1]?.trim(),
    model,
    messages: read,
    tools: tools.map(tool => tool.function.name),
    schemas: Object.fromEntries(tools.map(tool => [tool.function.name, tool.function.parameters])),
    prompt,
    turn: read.slice(last + 1).filter(({ role }) => role === 'assistant').length,
    promptNumber: read.slice(0, last + 1).filter(({ role, text: said }) => role === 'user' && !isReminder(said)).length,
    label: findLabel(prompt),
  };
}

function textOf(value: z.infer<typeof content>): string {
  if (typeof value === 'string') return value;
  return (value ?? []).map(part => part.text ?? '').join('\n');
}

/** Text that opencode adds under the user's name. */
const isReminder = (text: string) => /^\s*<system-reminder>[\s\S]*<\/system-reminder>\s*$/.test(text) || text.trim() === '';
