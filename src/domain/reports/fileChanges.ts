import { compareIds } from '../ids';
import { codeSpan } from './reportMarkdown';

/** What one task did to one file; several of the same path are given in the order in which they happened. */
export type FileChange = {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted' | 'renamed';
  /** The old path of a renamed file. */
  readonly from?: string | undefined;
  /** Lines; absent for a binary file. */
  readonly additions?: number | undefined;
  readonly deletions?: number | undefined;
  /** The id of the task whose work it is, if that is known. */
  readonly task?: string | undefined;
};

/** What all changes of one file come to. */
export type ChangedPath = {
  readonly path: string;
  readonly became: FileChange['change'];
  /** The old path of a renamed file. */
  readonly from: string | undefined;
  /** Lines. */
  readonly additions: number;
  readonly deletions: number;
  readonly isBinary: boolean;
  /** The tasks that changed it, in order. */
  readonly tasks: readonly string[];
};

/** One entry per file, by path. */
export function changesByFile(changes: readonly FileChange[]): readonly ChangedPath[] {
  const byPath = new Map<string, FileChange[]>();
  for (const change of changes) byPath.set(change.path, [...(byPath.get(change.path) ?? []), change]);
  return [...byPath].sort(([left], [right]) => (left < right ? -1 : 1)).map(([path, own]) => changedPath(path, own));
}

/** One list item per file, by path: what became of it, lines added and taken away, the tasks that changed it. */
export function fileLines(changes: readonly FileChange[]): readonly string[] {
  return changesByFile(changes).map(file => {
    const { path, tasks, isBinary, additions, deletions } = file;
    const lines = isBinary ? 'binary' : `+${additions} −${deletions}`;
    return `- ${codeSpan(path)} - ${whatBecame(file)}, ${lines}${tasks.length === 0 ? '' : ` (${tasks.join(', ')})`}`;
  });
}

function changedPath(path: string, changes: readonly FileChange[]): ChangedPath {
  const sum = (key: 'additions' | 'deletions') => changes.reduce((total, change) => total + (change[key] ?? 0), 0);
  const from = changes.find(({ change }) => change === 'renamed')?.from;
  return {
    path,
    became: became(changes, from),
    from,
    additions: sum('additions'),
    deletions: sum('deletions'),
    isBinary: changes.some(({ additions, deletions }) => additions === undefined && deletions === undefined),
    tasks: [...new Set(changes.flatMap(({ task }) => task ?? []))].sort(compareIds),
  };
}

function became(changes: readonly FileChange[], from: string | undefined): FileChange['change'] {
  if (changes.at(-1)?.change === 'deleted') return 'deleted';
  if (changes[0]?.change === 'added') return 'added';
  return from === undefined ? 'modified' : 'renamed';
}

function whatBecame({ became: change, from }: ChangedPath): string {
  switch (change) {
    case 'deleted':
      return 'Deleted';
    case 'added':
      return 'New file';
    case 'modified':
      return 'Modified';
    case 'renamed':
      return `Renamed from ${codeSpan(from ?? '')}`;
  }
}
