import path from 'node:path';
import type * as vscode from 'vscode';
import type { RepositorySnapshot, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { PlanSource } from '../planSource';

/** For features of plans; what is a plan is looked at more closely by {@link repositoryOfPlan}. */
export const planSelector: vscode.DocumentSelector = { scheme: 'file', pattern: '**/work/*/PLAN.md' };

/** The repository whose `work/<workstream>/PLAN.md` the document is; undefined for every other file. */
export function repositoryOfPlan({ repositories }: PlanSource, { scheme, fsPath }: vscode.Uri): RepositorySnapshot | undefined {
  if (scheme !== 'file' || path.basename(fsPath) !== 'PLAN.md') return undefined;
  const work = path.dirname(path.dirname(fsPath));
  return repositories.find(({ root }) => path.join(root, 'work') === work);
}

/** The workstream of a plan, when it is the one that the views show. */
export function streamOfPlan(
  source: PlanSource,
  uri: vscode.Uri,
): { readonly root: string; readonly stream: WorkstreamSnapshot } | undefined {
  const repository = repositoryOfPlan(source, uri);
  const stream = repository?.stream;
  return stream && path.join(stream.folder, 'PLAN.md') === uri.fsPath ? { root: repository.root, stream } : undefined;
}
