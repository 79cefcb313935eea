import type { TaskStatus } from '../taskStatus';

/** What a plan can come from: an OpenSpec change, a folder of task files, a beads database, a list of branches and tasks. */
export const sourceKinds = ['openspec', 'tasks', 'beads', 'multitask'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Where something stands in a source; lines and columns count from 1. */
export type SourcePlace = {
  /** Relative to the repository's root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column?: number | undefined;
};

/** A step of a thread, or the thread's own single one. */
export type ImportedTask = {
  /** What the source calls it, unchanged and unique in its plan: what finished work is written back under. */
  readonly key: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly report?: string | undefined;
  readonly at: SourcePlace;
};

/** A piece of work with an agent of its own. */
export type ImportedThread = Omit<ImportedTask, 'status' | 'report'> & {
  /** One paragraph. */
  readonly summary: string;
  /** Markdown without headings; acceptance lines and references are kept in it as they are. */
  readonly details: string;
  /** An agent's name as `agents.yaml` may have it. */
  readonly agent?: string | undefined;
  /** Keys of threads or tasks of this plan that must be merged before it starts. */
  readonly dependsOn: readonly string[];
  /** Paths and globs it says it will touch, relative to the root, with `/`. */
  readonly files: readonly string[];
  /** In order; never empty: a source without steps gives one with the thread's own key and title. */
  readonly tasks: readonly ImportedTask[];
};

export type ImportedStage = { readonly title: string; readonly definition: string; readonly threads: readonly ImportedThread[] };

/** What a source becomes, before batches are made of its dependencies. */
export type ImportedPlan = {
  readonly kind: SourceKind;
  /** The source's folder or file, relative to the root, with `/`. */
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  readonly stages: readonly ImportedStage[];
};

export type SourceProblem = { readonly severity: 'error' | 'warning'; readonly message: string; readonly at?: SourcePlace | undefined };

/** A plan, or why there is none: with any error there is none, so that nothing is imported in part. */
export type SourceReading = { readonly plan: ImportedPlan | undefined; readonly problems: readonly SourceProblem[] };
