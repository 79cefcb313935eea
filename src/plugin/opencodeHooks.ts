import type * as z from 'zod';

/** The part of opencode's plugin interface that is used here, as version 1.18 has it. */
export type PluginInput = { readonly client: SessionClient; readonly directory: string };

export type SessionClient = {
  readonly session: { get(request: { readonly path: { readonly id: string } }): Promise<{ readonly data?: unknown }> };
};

export type ToolContext = { readonly sessionID: string };

export type PluginTool = {
  readonly description: string;
  /** Only describes the input to the model: nothing is validated before `execute`. */
  readonly args: z.ZodRawShape;
  execute(input: unknown, context: ToolContext): Promise<string>;
};

export type Hooks = {
  readonly tool: Readonly<Record<string, PluginTool>>;
  /** Throws to refuse the call; the model sees the message. */
  'tool.execute.before'(call: { readonly tool: string; readonly sessionID: string }, input: { readonly args: unknown }): Promise<void>;
  'shell.env'(call: { readonly sessionID?: string }, output: { env: Record<string, string> }): Promise<void>;
};
