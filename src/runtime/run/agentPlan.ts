import { oneLine } from '../../common/text';
import { isKnownAgent, unknownAgent, type AgentDefinition, type AgentsSource, type ModelRef } from '../../domain/agents';
import { chooseModels, type KnownModels } from '../../domain/run/chooseModel';
import type { Finding, Findings } from '../../domain/run/checkRun';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';

export type ChosenAgent = {
  readonly definition: AgentDefinition | undefined;
  readonly models: readonly (ModelRef | null)[];
  /** opencode's own agent of the same name, if the server has it as a primary one. */
  readonly opencodeAgent: string | undefined;
};

/** What a thread with a recipe does; null where it has none. */
export type RecipeSteps = {
  readonly thread: string;
  readonly recipe: string | null;
  readonly steps: readonly { readonly id: string; readonly agent?: string | undefined }[] | null;
};

/** Which agent and models each task of a run gets. */
export class AgentPlan {
  constructor(
    private readonly file: AgentsSource,
    private readonly known: KnownModels,
    private readonly primaryAgents: readonly string[],
  ) {}

  forTask(task: Pick<TaskNode, 'agent'>): ChosenAgent {
    const definition = this.definition(task.agent);
    return {
      definition,
      models: chooseModels(definition, this.known).models,
      opencodeAgent: this.primaryAgents.includes(task.agent) ? task.agent : undefined,
    };
  }

  /** An agent of the agents file by its name; undefined when it is not there, or has no model that the server knows. */
  named(name: string): ChosenAgent | undefined {
    const chosen = this.forTask({ agent: name });
    return chosen.definition !== undefined && chosen.models.length > 0 ? chosen : undefined;
  }

  /** Who is asked as that agent; undefined when it is unknown, or has no model that the server knows. */
  speaker(name: string): { readonly agent: string | undefined; readonly model: ModelRef | null } | undefined {
    if (this.problemOf(name) !== undefined) return undefined;
    const { models, opencodeAgent } = this.forTask({ agent: name });
    return { agent: opencodeAgent, model: models[0] ?? null };
  }

  /** Why an agent cannot work: unknown, or with no model that the server knows. */
  problemOf(name: string): string | undefined {
    if (!isKnownAgent(name, this.file)) return unknownAgent(name, this.file.source);
    return chooseModels(this.definition(name), this.known).problem;
  }

  /** What is wrong with the agents that threads name: unknown ones, models the server does not know, none left to try. */
  check(threads: readonly ThreadNode[]): Findings {
    const problems: Finding[] = [];
    const warnings = new Map<string, Finding>();
    const named = new Map(threads.flatMap(thread => [thread, ...thread.tasks].map(({ agent }) => [agent, thread.id] as const)).reverse());
    for (const [agent, thread] of named) {
      const definition = this.definition(agent);
      if (!isKnownAgent(agent, this.file)) {
        problems.push({ code: 'unknown-agent', message: unknownAgent(agent, this.file.source, thread) });
        continue;
      }
      const choice = chooseModels(definition, this.known);
      choice.warnings.forEach(message => warnings.set(message, { code: 'unknown-model', message }));
      if (choice.problem !== undefined) problems.push({ code: 'no-model', message: choice.problem });
    }
    return { problems, warnings: [...warnings.values()] };
  }

  /** Warnings for the recipes with steps that nobody can be told: their threads are not begun, and the others go on. */
  checkSteps(recipes: readonly RecipeSteps[]): Findings {
    const warnings = recipes.flatMap(recipe => this.faultyStep(recipe) ?? []);
    return { problems: [], warnings };
  }

  /** Why a thread cannot follow its recipe: the first step for an agent that cannot work. Known before anything of it is done. */
  faultyStep({ thread, recipe, steps }: RecipeSteps): Finding | undefined {
    for (const { id, agent } of steps ?? []) {
      const problem = agent === undefined ? undefined : this.problemOf(agent);
      if (agent === undefined || problem === undefined) continue;
      const step = `Step "${oneLine(id)}" of the recipe ${oneLine(recipe ?? '')} of thread ${thread}`;
      const code = isKnownAgent(agent, this.file) ? 'no-model' : 'unknown-agent';
      return { code, message: `${step} is for agent "${oneLine(agent)}": ${problem}` };
    }
    return undefined;
  }

  private definition(name: string): AgentDefinition | undefined {
    return this.file.agents.find(agent => agent.name === name);
  }
}

/** As the agents file and the server say it now; the server is started for it. */
export async function readAgentPlan(
  files: Pick<WorkFiles, 'readAgents'>,
  opencode: Pick<OpencodeRuntime, 'catalog'>,
  root: string,
  signal: AbortSignal,
): Promise<AgentPlan> {
  const catalog = await opencode.catalog(root, signal);
  return new AgentPlan(await files.readAgents(), catalog, catalog.primaryAgents);
}
