import { oneLine, stripControl } from '../../common/text';
import type { NewTask } from '../files/taskEdits';
import { formatId } from '../ids';
import { proseLine, threadLines } from '../plan/newPlanParts';
import { headingName } from './headingNames';
import type { ImportedPlan, ImportedThread, SourceProblem } from './importedPlan';
import { mostOfAKind, placeThreads, type PlacedBatch, type PlacedStage, type PlacedThread } from './placeThreads';

/** Which id of the plan stands for which key of the source. */
export type KeyOfId = { readonly id: string; readonly key: string };

/** A plan from elsewhere as the files of a workstream have it. */
export type PlanFiles = {
  /** `PLAN.md` */
  readonly text: string;
  /** In the order of their ids. */
  readonly tasks: readonly NewTask[];
  readonly threadKeys: readonly KeyOfId[];
  /** With the titles that the source has. */
  readonly taskKeys: readonly (KeyOfId & { readonly title: string })[];
};

export type PlanFromImport = { readonly files: PlanFiles | undefined; readonly problems: readonly SourceProblem[] };

/** What a source becomes, or every reason why it cannot be one: with any error there are no files. */
export function planFromImport(plan: ImportedPlan): PlanFromImport {
  const { stages, problems } = placeThreads(plan);
  const found = [...problems, ...plan.stages.flatMap(stage => stage.threads.flatMap(tooManyTasks))];
  if (found.some(({ severity }) => severity === 'error')) return { files: undefined, problems: found };
  const placed = placedThreads(stages);
  const tasks = placed.flatMap(place => tasksOf(place));
  return {
    files: {
      text: planText(plan, stages),
      tasks: tasks.map(({ task }) => task),
      threadKeys: placed.map(({ placed: { id, thread } }) => ({ id, key: thread.key })),
      taskKeys: tasks.map(({ task: { id }, key, title }) => ({ id, key, title })),
    },
    problems: found,
  };
}

/** The text of `PLAN.md` for threads that have their places. */
export function planText(plan: Pick<ImportedPlan, 'kind' | 'path' | 'title' | 'summary'>, stages: readonly PlacedStage[]): string {
  const title = headingName(plan.title) || 'Imported plan';
  const lines = [
    `# Plan: ${title}`,
    '',
    `> **Imported from:** ${plan.kind}, ${oneLine(plan.path)}`,
    '',
    '## Summary',
    '',
    proseLine(plan.summary) ?? `What ${oneLine(plan.path)} asks for.`,
    '',
    '## References',
    '',
    `- ${oneLine(plan.path)}`,
    '',
    '## Stages',
    ...stages.flatMap(stage => ['', ...importedStageLines(stage)]),
  ];
  return `${lines.join('\n')}\n`;
}

export function importedStageLines({ number, name, definition, batches }: PlacedStage): readonly string[] {
  const heading = [`### Stage ${formatId(number)}: ${name}`, '', '#### Stage Definition', ''];
  const what = proseLine(definition) ?? proseLine(`${name} is done.`) ?? '';
  return [...heading, what, '', '#### Stage Batches', ...batches.flatMap(batch => ['', ...importedBatchLines(batch)])];
}

export function importedBatchLines({ number, name, threads }: PlacedBatch): readonly string[] {
  return [`##### Batch ${formatId(number)}: ${name}`, ...threads.flatMap(thread => ['', ...importedThreadLines(thread)])];
}

export function importedThreadLines({ number, name, thread, dependsOn }: PlacedThread): readonly string[] {
  const { title, summary, details, files } = thread;
  const paths = files.map(oneLine).filter(path => path !== '' && !path.includes(','));
  const whole = withoutDeclarations(oneLine(title));
  return threadLines(number, {
    name,
    summary: summary.trim() === '' ? whole : withoutDeclarations(oneLine(summary)),
    details: [
      ...(dependsOn === undefined ? [] : [`**Depends on:** ${dependsOn.length === 0 ? 'none' : dependsOn.join(', ')}`]),
      ...(paths.length === 0 ? [] : [`**Files:** ${paths.join(', ')}`]),
      ...(whole.length > name.length && summary.trim() !== '' ? [whole] : []),
      withoutDeclarations(details),
      ...(details.trim() === '' && paths.length === 0 && dependsOn === undefined ? [whole] : []),
    ],
  });
}

/** What the source says of dependencies and files in its own ids is no declaration in the plan's. */
export function withoutDeclarations(details: string): string {
  return stripControl(details).replace(
    /^([ \t]*(?:[-*+][ \t]+)?)(?:\*+[ \t]*(depends[ -]on|files)[ \t]*:?[ \t]*\*+(?:[ \t]*:)?|(depends[ -]on|files)[ \t]*:)/gim,
    (_, lead: string, bold?: string, plain?: string) => `${lead}In the source, ${bold ?? plain ?? ''}:`,
  );
}

type PlacedIn = { readonly stage: PlacedStage; readonly batch: PlacedBatch; readonly placed: PlacedThread };

function placedThreads(stages: readonly PlacedStage[]): readonly PlacedIn[] {
  return stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(placed => ({ stage, batch, placed }))));
}

type PlacedTask = { readonly task: NewTask; readonly key: string; readonly title: string };

export function tasksOf({ stage, batch, placed }: PlacedIn): readonly PlacedTask[] {
  const { id, name, thread } = placed;
  return thread.tasks.map(({ key, title, status, report }, index) => ({
    key,
    title,
    task: {
      id: `${id}.${formatId(index + 1)}`,
      name: oneLine(title) || key,
      stage_name: stage.name,
      batch_name: batch.name,
      thread_name: name,
      status,
      assigned_agent: thread.agent,
      report,
    },
  }));
}

function tooManyTasks({ key, tasks, at }: ImportedThread): readonly SourceProblem[] {
  if (tasks.length <= mostOfAKind) return [];
  const message = `"${key}" has ${tasks.length} steps; a thread has at most ${mostOfAKind} tasks. Divide it.`;
  return [{ severity: 'error', message, at }];
}
