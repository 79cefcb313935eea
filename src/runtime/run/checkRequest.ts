import { integrationBranch } from '../../domain/names';
import { checksOf } from '../../domain/run/checks';
import { joinFindings, type Finding, type Findings } from '../../domain/run/checkRun';
import type { Settings } from '../../domain/settings/settings';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { isBelow } from '../git/paths';
import { readRepositoryFacts } from '../git/repositoryFacts';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { isAllowedRoot } from '../projects/projectFolder';
import { journalFolder } from '../journal/journalPaths';
import { AgentPlan } from './agentPlan';
import { readAssignments } from './assignments';
import { describeDryRun } from './dryRun';
import { planPreparation } from './prepareBatch';
import { preflight, type Preflight, type PreflightSources } from './preflight';
import type { RunRequest } from './runRequest';

/** Whether anything may be run in a repository at all. */
export async function barringProblems(root: string, allowedRoots: readonly string[]): Promise<readonly Finding[]> {
  if (await isAllowedRoot(root, allowedRoots)) return [];
  const message = `${root} is below none of the folders of the setting work.allowedRoots: nothing is run in it. Add its folder there.`;
  return [{ code: 'not-allowed', message }];
}

/** Where a run would happen. */
export type RequestPlace = {
  readonly root: string;
  readonly git: Git;
  readonly files: WorkFiles;
  /** Absolute. */
  readonly worktreesRoot: string;
};

/** What a request would stop at or should know. */
export async function checkRequest(
  { root, git, files, worktreesRoot }: RequestPlace,
  stream: WorkstreamSnapshot,
  request: RunRequest,
  server: PreflightSources['server'],
): Promise<Preflight> {
  const facts = await readRepositoryFacts(git, { integrationBranch: integrationBranch(stream.id), worktreesDirectory: worktreesRoot });
  const worktreesInside = isBelow(worktreesRoot, root);
  const ignoreGate = request.ignoreGate ?? request.resume ?? false;
  const recipes = (await readAssignments(journalFolder(await git.commonDir(), stream.id)))?.entries ?? [];
  const sources = { root, files, facts, worktreesInside, recipes, server };
  return preflight(stream, { batch: request.batch, ignoreGate, only: request.only }, sources);
}

/** The text of a dry run, with the same findings that a run would stop at. Without such a batch or stage the text is empty. */
export async function dryRunRequest(
  place: RequestPlace,
  { server, isolation, validation, worktrees: { provider }, allowedRoots }: Settings,
  stream: WorkstreamSnapshot,
  request: RunRequest,
  opencode: OpencodeRuntime,
): Promise<{ readonly text: string; readonly findings: Findings }> {
  const checked = await checkRequest(place, stream, request, { opencode, starts: false });
  const { scope, agents } = checked;
  const findings = joinFindings({ problems: await barringProblems(place.root, allowedRoots), warnings: [] }, checked.findings);
  if (!scope) return { text: '', findings };
  const text = describeDryRun({
    stream,
    scope,
    findings,
    agents: agents ?? new AgentPlan({ agents: [], source: 'none' }, undefined, []),
    preparation: await planPreparation(place.files, stream, scope),
    serverUrl: server.url ?? `http://127.0.0.1:${server.port}`,
    port: server.port,
    isolation,
    validation: checksOf({ validation }, stream),
    worktrees: provider === 'git' ? place.worktreesRoot : 'the data folder of the opencode server',
  });
  return { text, findings };
}
