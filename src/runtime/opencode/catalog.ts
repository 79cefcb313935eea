import { parseModelRef, type ModelRef } from '../../domain/agents';
import type { Connection } from './connection';
import { request } from './request';

export type CatalogModel = {
  readonly providerID: string;
  readonly modelID: string;
  readonly name: string;
  readonly variants: readonly string[];
};

/** What a server offers to sessions of a directory. */
export type Catalog = {
  /** Of providers that the server has credentials for. */
  readonly models: readonly CatalogModel[];
  /** The model of a prompt that names none, as far as the configuration says. */
  readonly defaultModel: ModelRef | undefined;
  /** opencode's own agents that a session can be given to. */
  readonly primaryAgents: readonly string[];
  readonly skills: readonly string[];
  has(providerID: string, modelID: string): boolean;
  hasVariant(model: ModelRef): boolean;
};

/** @throws {OpencodeError} `bad-config` with what the server says of the directory's configuration, among others. */
export async function readCatalog(connection: Connection, directory: string, signal?: AbortSignal): Promise<Catalog> {
  const client = connection.client(directory);
  const [config, providers, agents, skills] = await Promise.all([
    request('read the configuration of opencode', { signal }, options => client.config.get({}, options)),
    request('list models', { signal }, options => client.provider.list({}, options)),
    request('list agents', { signal }, options => client.app.agents({}, options)),
    request('list skills', { signal }, options => client.app.skills({}, options)),
  ]);
  const models = providers.all
    .filter(({ id }) => providers.connected.includes(id))
    .flatMap(provider =>
      Object.entries(provider.models).map(([modelID, { name, variants = {} }]) => ({
        providerID: provider.id,
        modelID,
        name,
        variants: Object.keys(variants),
      })),
    );
  const find = (providerID: string, modelID: string) => models.find(model => model.providerID === providerID && model.modelID === modelID);
  return {
    models,
    defaultModel: config.model === undefined ? undefined : parseModelRef(config.model),
    primaryAgents: agents.filter(({ mode, hidden }) => mode !== 'subagent' && hidden !== true).map(({ name }) => name),
    skills: skills.map(({ name }) => name),
    has: (providerID, modelID) => find(providerID, modelID) !== undefined,
    hasVariant: ({ providerID, modelID, variant }) =>
      variant === undefined || (find(providerID, modelID)?.variants.includes(variant) ?? false),
  };
}
