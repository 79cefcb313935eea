import * as vscode from 'vscode';
import type { PlanNode, RepositorySnapshot, WorkstreamSnapshot } from '../domain/tree/nodes';
import type { CommandServices } from './commandServices';

export type NodeOf<K extends PlanNode['kind']> = Extract<PlanNode, { readonly kind: K }>;
/** A node of the plan, and whose it is. */
export type Picked<N extends PlanNode> = { readonly root: string; readonly stream: WorkstreamSnapshot; readonly node: N };

/**
 * The node a command is about: the row it was invoked on (or that row's ancestor of the right kind), else the selected row,
 * else one that the user chooses among those that `suits`. Undefined when the user chose none, or when there is none.
 */
export async function pickNode<K extends PlanNode['kind']>(
  services: CommandServices,
  kind: K,
  argument: unknown,
  placeHolder: string,
  suits: (node: NodeOf<K>) => boolean = () => true,
): Promise<Picked<NodeOf<K>> | undefined> {
  const all = services.plans.repositories.flatMap(repository => nodesOf(repository, kind));
  const given = idOf(argument) ?? (argument === undefined ? idOf(services.view.selection) : undefined);
  if (given) {
    const own = all.find(({ root, node }) => root === given.root && (node.id === given.id || given.id.startsWith(`${node.id}.`)));
    if (own) return own;
  }
  const candidates = all.filter(({ node }) => suits(node));
  const [only] = candidates;
  if (!only) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is nothing in the plan that this applies to.'));
    return undefined;
  }
  const items = candidates.map(candidate => ({
    label: `${candidate.node.id} ${candidate.node.name}`,
    description: statusWord(candidate.node),
    candidate,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.candidate;
}

export function nodesOf<K extends PlanNode['kind']>({ root, stream }: RepositorySnapshot, kind: K): readonly Picked<NodeOf<K>>[] {
  if (!stream) return [];
  const batches = stream.stages.flatMap(stage => stage.batches);
  const threads = batches.flatMap(batch => batch.threads);
  const nodes: readonly PlanNode[] = [...stream.stages, ...batches, ...threads, ...threads.flatMap(thread => thread.tasks)];
  return nodes.filter((node): node is NodeOf<K> => node.kind === kind).map(node => ({ root, stream, node }));
}

/** The repository a command without a row is about: the only one, or the one that the user chooses. */
export async function pickRepository({ plans }: CommandServices, argument: unknown): Promise<RepositorySnapshot | undefined> {
  const given = rootOf(argument);
  const { repositories } = plans;
  if (given !== undefined) return repositories.find(({ root }) => root === given);
  if (repositories.length <= 1) return repositories[0];
  const items = repositories.map(repository => ({
    label: repository.root.split(/[\\/]/).at(-1) ?? repository.root,
    description: repository.stream?.name ?? '',
    repository,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose a repository') }))?.repository;
}

/** The current workstream of that repository; says so when there is none. */
export async function pickStream(
  services: CommandServices,
  argument: unknown,
): Promise<{ readonly root: string; readonly stream: WorkstreamSnapshot } | undefined> {
  const repository = await pickRepository(services, argument);
  if (repository?.stream) return { root: repository.root, stream: repository.stream };
  if (repository || services.plans.repositories.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no current workstream. Create one, or switch to one, first.'));
  }
  return undefined;
}

function statusWord(node: PlanNode): string {
  switch (node.status) {
    case 'pending':
      return vscode.l10n.t('pending');
    case 'in_progress':
      return vscode.l10n.t('in progress');
    case 'completed':
      return vscode.l10n.t('completed');
    case 'blocked':
      return vscode.l10n.t('blocked');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
  }
}

/** Which node a row stands for. */
export function idOf(argument: unknown): { readonly root: string; readonly id: string } | undefined {
  if (typeof argument !== 'object' || argument === null || !('node' in argument) || !('root' in argument)) return undefined;
  const { root, node } = argument;
  return typeof root === 'string' && typeof node === 'object' && node !== null && 'id' in node && typeof node.id === 'string'
    ? { root, id: node.id }
    : undefined;
}

/** The repository of the row a command was invoked on. */
export function rootOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('root' in argument)) return undefined;
  return typeof argument.root === 'string' ? argument.root : undefined;
}
