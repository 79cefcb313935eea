import { count, truncate } from '../../../common/text';
import { isKnownAgent, type AgentsSource } from '../../agents';
import { isDone } from '../../taskStatus';
import { dependencyLevels } from '../../graph/dependencyLevels';
import type { ImportedStage, ImportedThread, SourcePlace, SourceProblem, SourceReading } from '../importedPlan';
import { stageGroups } from '../stageGroups';
import { commonFolder, folderBelow, folderTitle } from './taskFolders';
import { readTaskFile, type NamedPlace, type SourceFile, type TaskFile } from './taskFile';

/**
 * A folder of task files as a plan: each file is a thread of one task. All in one stage, unless sub-folders depend on one another:
 * then what comes first is a stage before what needs it. Duplicate ids, ids that no file has and cycles are errors where they stand.
 * @param folder relative to the root, with `/`
 */
export function readTaskFiles(folder: string, files: readonly SourceFile[], agents: AgentsSource): SourceReading {
  const readings = files.map(file => readTaskFile(file, folder));
  const tasks = readings.flatMap(({ task }) => task ?? []);
  const broken = readings.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
  const problems: SourceProblem[] = [...readings.flatMap(reading => reading.problems), ...duplicates(tasks)];
  if (!broken && tasks.length === 0) problems.push(noTask(folder, files[0]));
  const byId = new Map(tasks.map(task => [task.id, task]));
  // What a file with a fault is called is not known: that nobody has an id would be said of it too.
  if (!broken) problems.push(...unknownIds(tasks, byId), ...cycles(tasks, byId));
  const threads = new Map(tasks.map(task => [task, threadOf(task, agents, problems)]));
  if (problems.some(({ severity }) => severity === 'error')) return { plan: undefined, problems };
  const title = folderTitle(folder);
  const base = commonFolder(tasks.map(({ path }) => path));
  const stages = stageGroups(
    tasks,
    ({ path }) => folderBelow(base, path),
    task => neededBy(task, byId),
  ).map(({ groups, members }, _index, all): ImportedStage => ({
    title: all.length === 1 ? title : truncate(groups.map(group => (group === '' ? title : folderTitle(group))).join(', '), 80),
    definition: `Every task in ${all.length === 1 ? folder : groups.map(group => `${base}${group}`.replace(/\/$/, '')).join(', ')} is done.`,
    threads: members.flatMap(task => threads.get(task) ?? []),
  }));
  const done = tasks.filter(({ status }) => isDone(status)).length;
  const summary = `${count(tasks.length, 'task')} from the files in ${folder}, ${done} of them done.`;
  return { plan: { kind: 'tasks', path: folder, title, summary, stages }, problems };
}

function noTask(folder: string, first: SourceFile | undefined): SourceProblem {
  return { severity: 'error', message: `There is no task file in ${folder}.`, at: first && { file: first.path, line: 1 } };
}

function threadOf(task: TaskFile, agents: AgentsSource, problems: SourceProblem[]): ImportedThread {
  const { id, title, at, status, report, summary, details, dependsOn, files } = task;
  return {
    key: id,
    title,
    at,
    summary: summary === '' ? title : summary,
    details,
    agent: agentOf(task, agents, problems),
    dependsOn: [...new Set(dependsOn.map(({ name }) => name))],
    files,
    tasks: [{ key: id, title, status, report, at }],
  };
}

/** Roles that go with a kind of work, where the repository has an agent of that name. */
const roles: Readonly<Record<string, string>> = {
  implementation: 'implementation-specialist',
  research: 'poc-specialist',
  review: 'code-reviewer',
  decomposition: 'decomposer',
};

function agentOf({ id, agent, level }: TaskFile, source: AgentsSource, problems: SourceProblem[]): string | undefined {
  const named = (name: string) => source.agents.find(each => each.name.toLowerCase() === name.toLowerCase())?.name;
  if (agent) {
    const name = named(agent.name) ?? (isKnownAgent(agent.name, source) ? agent.name : undefined);
    if (name === undefined) {
      const message = `"${agent.name}" is no agent of this repository: the default one takes "${id}".`;
      problems.push({ severity: 'warning', message, at: agent.at });
    }
    return name;
  }
  return named(roles[level?.toLowerCase() ?? ''] ?? '');
}

function* duplicates(tasks: readonly TaskFile[]): Generator<SourceProblem> {
  const first = new Map<string, SourcePlace>();
  for (const { id, at } of tasks) {
    const before = first.get(id);
    if (!before) first.set(id, at);
    else yield error(`"${id}" is there twice: in ${placeWords(before)}, and in ${placeWords(at)}. Give one of them another id.`, at);
  }
}

function* unknownIds(tasks: readonly TaskFile[], byId: ReadonlyMap<string, TaskFile>): Generator<SourceProblem> {
  for (const { id, dependsOn } of tasks) {
    for (const { name, at } of dependsOn) {
      if (name === id) yield error(`"${id}" depends on itself.`, at);
      else if (!byId.has(name)) yield error(`"${id}" depends on "${name}", which no file has as its id.`, at);
    }
  }
}

function cycles(tasks: readonly TaskFile[], byId: ReadonlyMap<string, TaskFile>): readonly SourceProblem[] {
  const { cycle } = dependencyLevels(tasks, task => neededBy(task, byId));
  const [first] = cycle ?? [];
  if (!cycle || !first) return [];
  const words = [...cycle, first].map(({ id }) => `"${id}"`).join(' depends on ');
  const next = cycle[1]?.id;
  return [error(`${words}: none of them could begin.`, first.dependsOn.find(({ name }) => name === next)?.at ?? first.at)];
}

/** Other tasks than itself, each once. */
function neededBy(task: TaskFile, byId: ReadonlyMap<string, TaskFile>): readonly TaskFile[] {
  return [...new Set(task.dependsOn.flatMap(({ name }: NamedPlace) => byId.get(name) ?? []))].filter(other => other !== task);
}

const placeWords = ({ file, line }: SourcePlace) => `${file}, line ${line}`;
const error = (message: string, at: SourcePlace): SourceProblem => ({ severity: 'error', message, at });
