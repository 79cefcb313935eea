import { formatModelRef, parseModelRef, type AgentDefinition, type ModelRef } from '../agents';

export type ModelChoice = {
  /** In the order to try them; `null` is the server's default model. */
  readonly models: readonly (ModelRef | null)[];
  readonly warnings: readonly string[];
  readonly problem: string | undefined;
};

/** Which models a server offers; `undefined` when it could not be asked. */
export type KnownModels = { has(providerID: string, modelID: string): boolean } | undefined;

/**
 * The models of an agent that can be tried, in order. One that is not `provider/model` or that the server does not know is
 * skipped with a warning; none left is a problem. An agent without a definition (no agents file) uses the server's default.
 */
export function chooseModels(agent: AgentDefinition | undefined, known: KnownModels): ModelChoice {
  if (!agent) return { models: [null], warnings: [], problem: undefined };
  const models: ModelRef[] = [];
  const warnings: string[] = [];
  for (const { text, variant } of agent.models) {
    const model = parseModelRef(text, variant);
    if (!model) warnings.push(`Agent "${agent.name}": model "${text}" is not in provider/model format; it is skipped.`);
    else if (known && !known.has(model.providerID, model.modelID)) {
      warnings.push(`Agent "${agent.name}": the opencode server does not know model "${formatModelRef(model)}"; it is skipped.`);
    } else models.push(model);
  }
  const problem =
    models.length > 0
      ? undefined
      : `Agent "${agent.name}" has no model that the opencode server knows. Name one in work/agents.yaml, as provider/model.`;
  return { models, warnings, problem };
}

/** What ended a session before it produced anything. */
export type EarlyError = { readonly name: string; readonly message: string; readonly statusCode?: number | undefined };

/**
 * A session error before the first assistant text or tool call hands the task to the agent's next model. opencode itself
 * retries 429 and 5xx, so by the time they surface as a session error its retries are used up.
 */
export function isEarlyFailure(sawOutput: boolean, error: EarlyError | undefined): boolean {
  if (sawOutput || !error || error.name === 'MessageAbortedError') return false;
  if (error.statusCode === undefined) {
    return error.name === 'ProviderAuthError' || error.name === 'ProviderModelNotFoundError' || error.message.startsWith('Model not found');
  }
  return [401, 403, 404, 408, 429].includes(error.statusCode) || error.statusCode >= 500;
}
