import path from 'node:path';
import { reportedId, reportFileName } from '../../domain/reports/reportFileName';
import { batchesOf, type ReportSubject } from '../../domain/reports/reportInput';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';

/** Which report a file is. */
export type ReportRef = {
  /** The repository's root. */
  readonly root: string;
  readonly stream: string;
  /** Of a stage or a batch. */
  readonly id: string;
};

/** `<root>/work/<stream>/reports/<id>-<name>.md`, by its path alone; undefined for every other file. */
export function reportRefOf(file: string): ReportRef | undefined {
  const id = reportedId(path.basename(file));
  const reports = path.dirname(file);
  const stream = path.dirname(reports);
  const work = path.dirname(stream);
  if (id === undefined || path.basename(reports) !== 'reports' || path.basename(work) !== 'work') return undefined;
  return { root: path.dirname(work), stream: path.basename(stream), id };
}

/** The stage or batch whose report that file is, as the plan has it now: one that was given another name has another file. */
export function subjectOfFile({ stages }: Pick<WorkstreamSnapshot, 'stages'>, file: string): ReportSubject | undefined {
  return [...stages, ...stages.flatMap(batchesOf)].find(subject => reportFileName(subject) === path.basename(file));
}
