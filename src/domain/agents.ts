/** One entry of a model list: `anthropic/claude-sonnet-4-5` split at the first `/`, with opencode's variant if one is named. */
export type ModelRef = { readonly providerID: string; readonly modelID: string; readonly variant?: string | undefined };

export type AgentDefinition = {
  readonly name: string;
  readonly description: string;
  readonly bestFor: string;
  /** As written, in order; an entry without `/` is kept here and skipped, with a warning, when a run picks a model. */
  readonly models: readonly { readonly text: string; readonly variant?: string | undefined }[];
};

/** The agent that threads without an assignment use. */
export const defaultAgentName = 'default';

/** Splits at the first `/`; undefined when there is none (or nothing on one side of it). */
export function parseModelRef(text: string, variant?: string): ModelRef | undefined {
  const cut = text.indexOf('/');
  if (cut <= 0 || cut === text.length - 1) return undefined;
  return { providerID: text.slice(0, cut), modelID: text.slice(cut + 1), ...(variant === undefined ? {} : { variant }) };
}

export const formatModelRef = ({ providerID, modelID }: ModelRef) => `${providerID}/${modelID}`;
