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

/** One list item per file, by path: what became of it, lines added and taken away, the tasks that changed it. */
export function fileLines(changes: readonly FileChange[]): readonly string[] {
  const paths = [...new Set(changes.map(({ path }) => path))].sort();
  return paths.map(path =>
    fileLine(
      path,
      changes.filter(change => change.path === path),
    ),
  );
}

function fileLine(path: string, changes: readonly FileChange[]): string {
  const tasks = [...new Set(changes.flatMap(({ task }) => task ?? []))].sort(compareIds);
  const words = [whatBecame(changes), lines(changes)].filter(word => word !== '').join(', ');
  return `- ${codeSpan(path)} - ${words}${tasks.length === 0 ? '' : ` (${tasks.join(', ')})`}`;
}

function whatBecame(changes: readonly FileChange[]): string {
  const from = changes.find(({ change }) => change === 'renamed')?.from;
  if (changes.at(-1)?.change === 'deleted') return 'Deleted';
  if (changes[0]?.change === 'added') return 'New file';
  return from === undefined ? 'Modified' : `Renamed from ${codeSpan(from)}`;
}

function lines(changes: readonly FileChange[]): string {
  const sum = (of: (change: FileChange) => number | undefined) => changes.reduce((total, change) => total + (of(change) ?? 0), 0);
  if (changes.some(({ additions, deletions }) => additions === undefined && deletions === undefined)) return 'binary';
  return `+${sum(({ additions }) => additions)} −${sum(({ deletions }) => deletions)}`;
}
