import type { Event } from '../common/event';
import type { RepositorySnapshot } from '../domain/tree/nodes';

/** What the views show: one snapshot for each repository of the workspace, replaced whenever something in it changes. */
export interface PlanSource {
  readonly repositories: readonly RepositorySnapshot[];
  /** False until every repository was read once. */
  readonly loaded: boolean;
  readonly onDidChange: Event<unknown>;
}

export type ServerState = 'stopped' | 'starting' | 'running' | 'failed' | 'stopping';

/** What goes on beside the plan. */
export interface ServiceSource {
  readonly server: { readonly state: ServerState; readonly url?: string; readonly version?: string; readonly error?: string };
  /** Whether the executable was found; undefined until somebody looked. */
  readonly opencode: 'found' | 'missing' | undefined;
  /** Running tasks end, none starts. */
  readonly paused: boolean;
  /** How many agents may work at once, of how many the user allows: fewer while providers are overloaded. */
  readonly load: { readonly limit: number; readonly setting: number };
  readonly onDidChange: Event<unknown>;
}
