import { stripControl } from '../../common/text';
import { formatModelRef } from '../../domain/agents';
import { commandText, type UserCommand } from '../../domain/merge/validation';
import { sessionTitle } from '../../domain/names';
import type { Findings } from '../../domain/run/checkRun';
import { scopeThreads, scopeTitle, type RunScope } from '../../domain/run/runScope';
import { tasksToRun } from '../../domain/run/threadWork';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { AgentPlan } from './agentPlan';
import type { Preparation } from './prepareBatch';

export type DryRunInput = {
  readonly stream: WorkstreamSnapshot;
  readonly scope: RunScope;
  readonly findings: Findings;
  readonly agents: AgentPlan;
  readonly preparation: Preparation;
  readonly serverUrl: string;
  readonly port: number;
  readonly isolation: string;
  /** Where worktrees are made, in words. */
  readonly worktrees: string;
  /** What must pass before anything is merged. */
  readonly validation: readonly UserCommand[];
};

/** Exactly what running the batch or stage would do, then the same by hand; nothing is written to find it out. */
export function describeDryRun(input: DryRunInput): string {
  const { stream, scope, findings, preparation } = input;
  const threads = scopeThreads(scope);
  const lines = [
    `Dry run of ${scopeTitle(scope.id).toLowerCase()} (${scope.name}) of workstream ${stream.id}. Nothing is written or started.`,
    '',
    ...findings.problems.map(({ message }) => `  problem: ${message}`),
    ...findings.warnings.map(({ message }) => `  warning: ${message}`),
    ...(findings.problems.length + findings.warnings.length > 0 ? [''] : []),
    `Server: opencode serve --port ${input.port} (or the one that is already running)`,
    `Isolation: ${input.isolation}${input.isolation === 'none' ? '' : `, worktrees in ${input.worktrees}`}`,
    ...validationLines(input),
    '',
    ...preparation.implicitTasks.map(thread => `Would add task ${thread.id}.01 "${thread.name}" to tasks.json.`),
    ...preparation.missingPrompts.map(thread => `Would generate ${thread.promptPath}.`),
    ...threads.flatMap(thread => describeThread(thread, input.agents)),
    '',
    'The same by hand:',
    `  opencode serve --port ${input.port}`,
    ...threads
      .filter(thread => tasksToRun(thread.tasks).length > 0 || thread.tasks.length === 0)
      .map(thread => `  ${commandLine(thread, input)}`),
  ];
  return `${stripControl(lines.join('\n'))}\n`;
}

function validationLines({ isolation, validation }: DryRunInput): readonly string[] {
  if (isolation === 'none') return [];
  if (validation.length === 0) return ['Validation: none; finished threads are merged as they are'];
  return ['Validation of every merged tree:', ...validation.map(command => `  ${commandText(command)}`)];
}

function describeThread(thread: ThreadNode, agents: AgentPlan): readonly string[] {
  const todo = tasksToRun(thread.tasks);
  const choice = agents.forTask(thread);
  const models = choice.models.map(model => (model ? formatModelRef(model) : 'the server’s default model')).join(', then ');
  return [
    `Thread ${thread.id} ${thread.name}`,
    `  agent: ${thread.agent}; models: ${models}`,
    `  prompt: ${thread.promptPath}`,
    ...(todo.length === 0 && thread.tasks.length > 0
      ? [thread.awaitsMerge ? '  its work is to be merged' : '  nothing to do: every task is completed or cancelled']
      : []),
    ...todo.map(task => `  task ${task.id} ${task.name} (${task.status})`),
  ];
}

function commandLine(thread: ThreadNode, { serverUrl, agents, stream }: DryRunInput): string {
  const [model] = agents.forTask(thread).models;
  const args = [
    'opencode',
    'run',
    '--attach',
    serverUrl,
    ...(model ? ['--model', formatModelRef(model)] : []),
    '--file',
    `work/${stream.id}/${thread.promptPath}`,
    '--title',
    sessionTitle(thread.id, thread.name),
  ];
  return args.map(quote).join(' ');
}

/** For reading and pasting; nothing we run ever passes through a shell. */
function quote(argument: string): string {
  return /^[\w./:@=-]+$/.test(argument) ? argument : `"${argument.replace(/[\\"$`]/g, '\\$&')}"`;
}
