import { oneLine } from '../../common/text';
import type { ImportedPlan, ImportedThread } from '../sources/importedPlan';
import type { MultitaskEntry } from './multitaskConfig';

/** A multitask config as a plan: one stage whose threads depend on nothing. `path` relative to the root, with `/`. */
export function multitaskPlan(entries: readonly MultitaskEntry[], path: string): ImportedPlan {
  return {
    kind: 'multitask',
    path,
    title: path.split('/').at(-1) ?? path,
    summary: `What ${path} lists, each on a branch of its own.`,
    stages: [{ title: 'Issues', definition: 'Each issue is worked on by an agent of its own.', threads: entries.map(threadOf) }],
  };
}

function threadOf({ issue, branch, task, description, at }: MultitaskEntry): ImportedThread {
  const key = String(issue);
  const title = oneLine(description);
  return {
    key,
    title,
    at,
    summary: title,
    details: `${task}\n\nIts branch in ${at.file}: ${branch}`,
    dependsOn: [],
    files: [],
    tasks: [{ key, title, status: 'pending', at }],
  };
}
