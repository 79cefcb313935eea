import { checkScope, joinFindings, noFindings, scopeIdPattern, type Finding, type Findings } from '../../domain/run/checkRun';
import { normalizeId } from '../../domain/ids';
import { isDone } from '../../domain/taskStatus';
import { runScope, scopeThreads, type RunScope } from '../../domain/run/runScope';
import { skillForPrompts } from '../../domain/prompts/promptText';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { RepositoryFacts } from '../git/repositoryFacts';
import { OpencodeError } from '../opencode/opencodeError';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { AgentPlan, type RecipeSteps } from './agentPlan';

/** `batch`: the id of a batch, or of a stage. */
export type PreflightRequest = { readonly batch: string; readonly ignoreGate: boolean; readonly only?: readonly string[] | undefined };
export type Preflight = {
  readonly findings: Findings;
  readonly scope: RunScope | undefined;
  readonly agents: AgentPlan | undefined;
  /** The skill that prompts name; undefined when the server lists none of them. */
  readonly skill?: string | undefined;
};

export type PreflightSources = {
  readonly root: string;
  readonly files: Pick<WorkFiles, 'readAgents'>;
  readonly facts: RepositoryFacts;
  readonly worktreesInside: boolean;
  /** Of the workstream's threads that follow one. */
  readonly recipes: readonly RecipeSteps[];
  /** `starts`: where none runs; a dry run only looks whether there could be one. */
  readonly server: { readonly opencode: OpencodeRuntime; readonly signal?: AbortSignal; readonly starts: boolean };
};

/**
 * Everything that stops a run (problems) or that its user should know (warnings), all at once.
 * Only a server knows its models: it is started or adopted, where that is wanted.
 */
export async function preflight(stream: WorkstreamSnapshot, request: PreflightRequest, sources: PreflightSources): Promise<Preflight> {
  if (!scopeIdPattern.test(request.batch)) {
    return refused('no-batch', `Invalid batch ID "${request.batch}". Expected format: "SS.BB" (e.g., "01.02")`);
  }
  const scope = runScope(stream, request.batch);
  if (!scope) return refused('no-batch', notFound(stream, request.batch));
  const agentsFile = await sources.files.readAgents();
  const server = await checkServer(sources);
  const agents = new AgentPlan(agentsFile, server.known, server.primaryAgents);
  const badAgents: Finding[] = agentsFile.problems.map(problem => ({
    code: 'agents-file',
    message: `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}`,
  }));
  const unreadable = agentsFile.agents.length === 0 && agentsFile.problems.some(({ severity }) => severity === 'error');
  const findings = joinFindings(
    checkScope(stream, scope, request),
    unreadable ? { problems: badAgents, warnings: [] } : { problems: [], warnings: badAgents },
    checkFacts(sources.facts, sources.worktreesInside),
    unreadable ? noFindings : agents.check(scopeThreads(scope)),
    unreadable ? noFindings : agents.checkSteps(sources.recipes.filter(({ thread }) => isToRun(scope, thread))),
    server.findings,
  );
  return { findings, scope, agents, skill: skillForPrompts(server.skills) };
}

/** What is done already needs nobody any more. */
const isToRun = (scope: RunScope, id: string) =>
  scopeThreads(scope).some(thread => thread.id === id && !thread.tasks.every(task => isDone(task.status)));

function refused(code: Finding['code'], message: string): Preflight {
  return { findings: { problems: [{ code, message }], warnings: [] }, scope: undefined, agents: undefined };
}

function notFound(stream: WorkstreamSnapshot, wanted: string): string {
  const isStage = !wanted.includes('.');
  const known = stream.stages.flatMap(stage => (isStage ? stage.id : stage.batches.map(({ id }) => id))).join(', ');
  const [what, none] = isStage ? ['Stage', 'Its plan has no stages yet.'] : ['Batch', 'Its plan has no batches yet.'];
  return `${what} "${normalizeId(wanted) ?? wanted}" not found in workstream "${stream.id}". ${known === '' ? none : `Available: ${known}`}`;
}

type ServerCheck = {
  readonly findings: Findings;
  readonly known: { has(providerID: string, modelID: string): boolean } | undefined;
  readonly primaryAgents: readonly string[];
  readonly skills: readonly string[];
};

async function checkServer({ root, server: { opencode, signal, starts } }: PreflightSources): Promise<ServerCheck> {
  try {
    if (!starts) {
      await opencode.server.look(signal); // and no more: opencode writes into .git of a repository that it is asked about for the first time
      return { findings: noFindings, known: undefined, primaryAgents: [], skills: [] };
    }
    const catalog = await opencode.catalog(root, signal);
    const warnings: Finding[] =
      opencode.server.status.plugin === 'none'
        ? [
            {
              code: 'no-plugin',
              message:
                'This opencode server does not have the task tools; agents report with the "work update" command instead, and nothing guards their writes.',
            },
          ]
        : [];
    return { findings: { problems: [], warnings }, known: catalog, primaryAgents: catalog.primaryAgents, skills: catalog.skills };
  } catch (error) {
    if (!(error instanceof OpencodeError)) throw error;
    const findings = { problems: [{ code: 'no-server' as const, message: error.message }], warnings: [] };
    return { findings, known: undefined, primaryAgents: [], skills: [] };
  }
}

function checkFacts(facts: RepositoryFacts, worktreesInside: boolean): Findings {
  const problems: Finding[] = [];
  const warnings: Finding[] = [];
  if (!facts.gitIsNewEnough) {
    problems.push({
      code: 'git-too-old',
      message: `git ${facts.gitVersion} is too old: merging without a working tree needs git 2.38 or newer.`,
    });
  }
  if (!facts.hasCommit) {
    problems.push({
      code: 'no-commit',
      message: 'This repository has no commit yet. Commit something first (git commit), so that worktrees have a place to start from.',
    });
  }
  if (facts.identity === undefined) {
    problems.push({
      code: 'no-identity',
      message:
        'git does not know who you are. Set your name and address: git config --global user.name "…" and git config --global user.email "…".',
    });
  }
  for (const { path: place } of facts.integrationHeldBy) {
    problems.push({
      code: 'integration-checked-out',
      message: `The integration branch is checked out in ${place}. Switch that checkout to another branch, so that the merge queue can move it.`,
    });
  }
  for (const branch of facts.refsInTheWay) {
    const top =
      /^(work|task)/i.exec(branch)?.[0] === branch ? `branches "${branch}/…"` : 'the integration branch, whose name it begins with';
    problems.push({
      code: 'ref-in-the-way',
      message: `A branch named "${branch}" is in the way of ${top}. Rename it: git branch -m ${branch} ${branch.replaceAll('/', '-')}-old`,
    });
  }
  if (facts.hasCommit && facts.branch === undefined) {
    warnings.push({
      code: 'detached-head',
      message: 'HEAD is detached: finished work goes to the integration branch; bring it into a branch yourself.',
    });
  }
  if (worktreesInside && facts.hasWorkspacePackages) {
    warnings.push({
      code: 'workspace-packages',
      message:
        'This repository is a workspace of packages, and worktrees are inside it: package managers may resolve into the main checkout. Consider "work.worktrees.directory": "../{repo}.worktrees".',
    });
  }
  return { problems, warnings };
}
