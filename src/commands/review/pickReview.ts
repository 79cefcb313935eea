import * as vscode from 'vscode';
import { compareIds } from '../../domain/ids';
import type { PlanNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { CommandServices } from '../commandServices';
import { idOf, nodesOf, rootOf } from '../pickNode';

/** What is reviewed: a node of the plan, or the whole workstream under its own id. */
export type PickedReview = { readonly root: string; readonly stream: WorkstreamSnapshot; readonly id: string; readonly name: string };

const kinds: readonly PlanNode['kind'][] = ['stage', 'batch', 'thread', 'task'];

/**
 * The node whose row a command was invoked on, or the workstream of that folder; else one that the user chooses among those that
 * something was done at.
 */
export async function pickReview(services: CommandServices, argument: unknown, placeHolder: string): Promise<PickedReview | undefined> {
  const all = services.plans.repositories.flatMap(repository => {
    const { root, stream } = repository;
    if (!stream) return [];
    const nodes = kinds.flatMap(kind => nodesOf(repository, kind).map(({ node }) => node)).sort((a, b) => compareIds(a.id, b.id));
    const whole = { root, stream, id: stream.id, name: stream.title, isBegun: true };
    return [whole, ...nodes.map(node => ({ root, stream, id: node.id, name: node.name, isBegun: isBegun(node) }))];
  });
  const given = idOf(argument);
  const root = given?.root ?? rootOf(argument);
  if (root !== undefined) return all.find(each => each.root === root && each.id === (given?.id ?? each.stream.id));
  const selected = idOf(services.view.selection);
  const items = all
    .filter(each => each.isBegun)
    .map(each => ({ label: each.id === each.stream.id ? each.id : `${each.id} ${each.name}`, description: levelWord(each), each }));
  const first = items.findIndex(({ each }) => each.root === selected?.root && each.id === selected.id);
  const ordered = first < 0 ? items : [...items.slice(first, first + 1), ...items.filter((_, index) => index !== first)];
  return (await vscode.window.showQuickPick(ordered, { placeHolder, matchOnDescription: true }))?.each;
}

/** `Changes of 01.01.02 Slugs`: the tab of a review. */
export function reviewTitle({ stream, id, name }: PickedReview): string {
  return vscode.l10n.t('Changes of {0}', id === stream.id ? id : `${id} ${name}`);
}

function isBegun(node: PlanNode): boolean {
  switch (node.kind) {
    case 'stage':
      return node.batches.some(isBegun);
    case 'batch':
      return node.threads.some(({ merge }) => merge?.state === 'landed');
    case 'thread':
      return node.tasks.some(isBegun);
    case 'task':
      return node.attempts.length > 0;
  }
}

function levelWord({ stream, id }: PickedReview): string {
  switch (id === stream.id ? 0 : id.split('.').length) {
    case 0:
      return vscode.l10n.t('workstream');
    case 1:
      return vscode.l10n.t('stage');
    case 2:
      return vscode.l10n.t('batch');
    case 3:
      return vscode.l10n.t('thread');
    default:
      return vscode.l10n.t('task');
  }
}
