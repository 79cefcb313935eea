import type { ImportedTask, SourceKind, SourceProblem, SourceReading } from '../../domain/sources/importedPlan';

/** A source that is there to be imported. */
export type FoundSource = {
  readonly kind: SourceKind;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly title: string;
  /** What is in it, in a few words: `12 tasks, 3 completed`. */
  readonly detail: string;
};

/** A task as it stands now, under the key and title that it was imported with. */
export type WrittenTask = Pick<ImportedTask, 'key' | 'title' | 'status' | 'report'>;

/** A kind of place that plans come from, and that finished work is written back to. */
export type Source = {
  readonly kind: SourceKind;
  /** What is in the repository, in a stable order; what cannot be read is listed too and says so when it is read. */
  find(root: string): Promise<readonly FoundSource[]>;
  read(root: string, path: string): Promise<SourceReading>;
  /**
   * Brings the source up to what became of its tasks; what is up to date already is left as it is, byte for byte.
   * @returns a sentence for each thing that could not be done
   */
  writeBack(root: string, path: string, tasks: readonly WrittenTask[]): Promise<readonly string[]>;
  /** What the source's own program says of it, where there is one. */
  advise?(root: string, path: string): Promise<readonly SourceProblem[]>;
  /** Puts the source away when all of it is done; `said` is a sentence for a person. */
  archive?(root: string, path: string): Promise<{ readonly isDone: boolean; readonly said: string }>;
};
