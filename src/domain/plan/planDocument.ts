import type { PlanPath, PlanReference } from './threadDeclarations';

/** What `PLAN.md` says, with the 1-based line of every heading. Ids are zero-padded; `number` is what the heading says. */
export type PlanDocument = {
  readonly title: string;
  readonly summary: string;
  readonly references: readonly string[];
  /** What must pass before anything is merged: command lines for the user's shell. Only this program reads them. */
  readonly validation: readonly string[];
  readonly stages: readonly PlanStage[];
};

export type PlanStage = {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly definition: string;
  readonly constitution: string;
  readonly questions: readonly PlanQuestion[];
  readonly batches: readonly PlanBatch[];
  readonly line: number;
};

export type PlanQuestion = { readonly text: string; readonly resolved: boolean; readonly line: number };

export type PlanBatch = {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly summary: string;
  readonly threads: readonly PlanThread[];
  readonly line: number;
};

export type PlanThread = {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  /** From `@agent:name` behind the thread's name. */
  readonly agent: string | undefined;
  /** What it says it depends on (`**Depends on:**`); undefined when it says nothing. */
  readonly dependsOn: readonly PlanReference[] | undefined;
  /** What it says it changes (`**Files:**`). */
  readonly files: readonly PlanPath[];
  readonly line: number;
};

/** A problem in a file of `work/`. `line` and `column` are 1-based; `section` is the part of the plan it is in. */
export type Diagnostic = {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column?: number;
  readonly section?: string;
};

export type ParsedPlan = { readonly plan: PlanDocument | undefined; readonly diagnostics: readonly Diagnostic[] };
