import { oneLine } from '../../common/text';
import { parentId } from '../ids';
import { parsePlan } from '../plan/parsePlan';
import type { Imported } from './sourceRecord';
import type { Reimport } from './reimport';

/** One thing that a plan takes up from its source. */
export type SourceChange = {
  readonly kind: 'added' | 'renamed' | 'gone' | 'completed';
  readonly what: 'thread' | 'task';
  readonly id: string;
  readonly name: string;
  /** What it was called here before, when it is renamed. */
  readonly was?: string | undefined;
};

/** What bringing a plan up to its source does, thread by thread and task by task; `settled`: what was taken up before. */
export function sourceChanges(settled: Imported, { imported, tasks, completed }: Reimport): readonly SourceChange[] {
  const before = names(settled);
  const now = names(imported);
  const changes: SourceChange[] = [];
  const note = (kind: SourceChange['kind'], what: SourceChange['what'], id: string, name: string, was?: string) =>
    changes.push({ kind, what, id, name, ...(was === undefined ? {} : { was }) });
  for (const [id, name] of now.threads) {
    const was = before.threads.get(id);
    if (was === undefined) note('added', 'thread', id, name);
    else if (was !== name) note('renamed', 'thread', id, name, was);
  }
  for (const { id, name } of tasks) {
    const was = before.tasks.get(id);
    if (was !== undefined) note('renamed', 'task', id, name, was);
    else if (before.threads.has(parentId(id) ?? '')) note('added', 'task', id, name);
  }
  for (const [id, name] of before.threads) if (!now.threads.has(id)) note('gone', 'thread', id, name);
  for (const [id, name] of before.tasks) {
    if (!now.tasks.has(id) && now.threads.has(parentId(id) ?? '')) note('gone', 'task', id, name);
  }
  for (const id of completed) note('completed', 'task', id, now.tasks.get(id) ?? '');
  return changes;
}

/** As a terminal shows it. */
export function sourceChangeWords({ kind, what, id, name, was }: SourceChange): string {
  const named = `${what} ${id} ${oneLine(name)}`;
  switch (kind) {
    case 'added':
      return `added      ${named}`;
    case 'renamed':
      return `renamed    ${named} (was: ${oneLine(was ?? '')})`;
    case 'completed':
      return `completed  ${named}`;
    case 'gone':
      return what === 'thread'
        ? `gone       ${named}: leaves PLAN.md; its tasks stay in tasks.json as they are`
        : `gone       ${named}: stays in tasks.json as it is`;
  }
}

function names({ threads, tasks, plan }: Imported) {
  const found = new Map(
    parsePlan(plan).plan?.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(({ id, name }) => [id, name] as const))),
  );
  return {
    threads: new Map(threads.map(({ id, key }) => [id, found.get(id) ?? key])),
    tasks: new Map(tasks.map(({ id, key, title }) => [id, oneLine(title) || key])),
  };
}
