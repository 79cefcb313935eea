import { isoTime, type Clock } from '../../common/clock';
import type { ChangedFile } from '../../domain/journal/events';
import type { AttemptState } from '../../domain/journal/journalState';
import { levelOf } from '../../domain/ids';
import { afterActionReview } from '../../domain/reports/afterActionReview';
import { completion } from '../../domain/reports/completion';
import { completionConditions } from '../../domain/reports/completionConditions';
import type { FileChange } from '../../domain/reports/fileChanges';
import { reportFileName } from '../../domain/reports/reportFileName';
import { reviewFileName } from '../../domain/reports/reviewFileName';
import { batchesOf, tasksOfSubject, type ReportInput, type ReportSubject } from '../../domain/reports/reportInput';
import { reportText } from '../../domain/reports/stageReport';
import type { StageNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import { undelivered } from '../delivery/undelivered';
import type { Git } from '../git/git';
import { ownChanges } from '../git/history';
import { toChangedFile } from '../git/changedFile';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';

export type ReportServices = {
  readonly files: WorkFiles;
  readonly git: Git;
  readonly clock: Clock;
  snapshot(streamId?: string): Promise<WorkstreamSnapshot>;
};

export class ReportError extends Error {
  override readonly name = 'ReportError';

  constructor(
    readonly reason: 'no-such-stage' | 'no-such-batch',
    message: string,
  ) {
    super(message);
  }
}

const generatedLine = /^> \*\*Generated:\*\* (\S+)/m;

/** What a report says, and where its file is or would be. */
export type ReadReport = ReportInput & { readonly stream: WorkstreamSnapshot; readonly fileName: string };

/** Writes reports of stages and batches and `COMPLETION.md` from what plan, tasks, journal and git say; never by itself. */
export class Reports {
  constructor(private readonly services: ReportServices) {}

  /** Writes a stage's report where it is missing or says something else than now, and gives its absolute path. */
  async writeStageReport(streamId: string, stageId: string): Promise<string> {
    return this.write(streamId, stageId);
  }

  /** The same for a batch: `reports/01.02-name.md`, where people look for reports and the page of reports opens. */
  async writeBatchReport(streamId: string, batchId: string): Promise<string> {
    return this.write(streamId, batchId);
  }

  /**
   * What the report of a stage (`01`) or batch (`01.02`) says now; the time it is from is that of its file while that says the same.
   * @throws {ReportError} when there is no such stage or batch; what reading plan, tasks and journal throws.
   */
  async read(streamId: string, id: string): Promise<ReadReport> {
    const { files, clock } = this.services;
    const stream = await this.services.snapshot(streamId);
    const subject = subjectOf(stream, id);
    const { plan } = (await files.readWorkstream(streamId)).plan;
    const definition = subject.kind === 'batch' ? subject.summary : plan?.stages.find(stage => stage.id === subject.id)?.definition;
    const changes = await this.changes(subject);
    const { events } = await this.journal(stream.id);
    const fileName = reportFileName(subject);
    const before = await files.readReport(streamId, fileName);
    const input = { subject, definition, files: changes, events };
    const from = generatedLine.exec(before ?? '')?.[1];
    const isSame = from !== undefined && before === reportText({ ...input, generatedAt: from });
    return { ...input, generatedAt: isSame ? from : isoTime(clock.now()), stream, fileName };
  }

  /** Either of both. @throws {FilesError} when plan or tasks cannot be read: the report that is there stays. */
  async write(streamId: string, id: string): Promise<string> {
    await this.services.files.checkReadable(streamId);
    const report = await this.read(streamId, id);
    return this.services.files.writeReport(streamId, report.fileName, reportText(report));
  }

  /**
   * What is not finished, not approved or not delivered yet, a sentence each. `delivers`: completing delivers what is approved, so that
   * it is not named.
   * @throws {FilesError} when plan or tasks cannot be read
   */
  async completionWarnings(streamId: string, { delivers = false }: { readonly delivers?: boolean } = {}): Promise<readonly string[]> {
    const { files, git } = this.services;
    await files.checkReadable(streamId);
    const stream = await this.services.snapshot(streamId);
    const { state } = await this.journal(stream.id);
    const missing = await undelivered(git, stream.id, state);
    return completionConditions(stream, delivers ? { ...missing, commits: 0 } : missing);
  }

  /**
   * Writes `COMPLETION.md`, marks the workstream completed, and gives the file's absolute path.
   * @throws {FilesError} when plan or tasks cannot be read
   */
  async complete(streamId: string): Promise<string> {
    const { files, clock } = this.services;
    await files.checkReadable(streamId);
    const stream = await this.services.snapshot(streamId);
    const { events } = await this.journal(stream.id);
    const changes: FileChange[] = [];
    for (const stage of stream.stages) changes.push(...((await this.changes(stage)) ?? []));
    const file = await files.writeCompletion(stream.id, completion({ stream, completedAt: isoTime(clock.now()), events, files: changes }));
    await files.setStreamStatus(stream.id, 'completed');
    return file;
  }

  /**
   * Writes an after-action review of a stage (`01`), or of the whole workstream; one of the same name that is there is left as it is.
   * `milestone`: what it is called; the stage's or the workstream's name without one. Gives the file's absolute path.
   * @throws {ReportError} `no-such-stage`; {FilesError} when plan or tasks cannot be read
   */
  async createAfterActionReview(
    streamId: string,
    { milestone, stage }: { readonly milestone?: string | undefined; readonly stage?: string | undefined },
  ): Promise<{ readonly file: string; readonly isNew: boolean }> {
    const { files, clock } = this.services;
    await files.checkReadable(streamId);
    const stream = await this.services.snapshot(streamId);
    const subject = stage === undefined ? undefined : stageOf(stream, stage);
    const name = milestone ?? subject?.name ?? stream.title;
    const { events } = await this.journal(stream.id);
    const text = afterActionReview({ milestone: name, stages: subject ? [subject] : stream.stages, events });
    return files.createReview(streamId, reviewFileName(name, { stage: subject?.id, at: isoTime(clock.now()) }), text);
  }

  private async journal(streamId: string): ReturnType<typeof readJournal> {
    return readJournal(journalFile(journalFolder(await this.services.git.commonDir(), streamId)));
  }

  /** What its tasks changed, attempt by attempt; undefined where no task has commits of its own (isolation `none`). */
  private async changes(subject: ReportSubject): Promise<readonly FileChange[] | undefined> {
    const attempts = tasksOfSubject(subject)
      .flatMap(task => task.attempts)
      .filter(attempt => attempt.outcome === 'completed');
    if (attempts.length > 0 && attempts.every(attempt => attempt.branch === undefined)) return undefined;
    const changes: FileChange[] = [];
    for (const attempt of attempts) {
      const files = attempt.changes ?? (await this.changesInGit(attempt));
      changes.push(...files.map(file => ({ ...file, task: attempt.task })));
    }
    return changes;
  }

  /** Of an attempt whose journal, an older program's, does not say it. */
  private async changesInGit({ base, commit }: AttemptState): Promise<readonly ChangedFile[]> {
    const { git } = this.services;
    if (commit === undefined || (await git.resolve(commit)) === undefined) return [];
    return (await ownChanges(git, base, commit)).map(toChangedFile);
  }
}

function stageOf(stream: WorkstreamSnapshot, id: string): StageNode {
  const subject = subjectOf(stream, id);
  if (subject.kind === 'stage') return subject;
  throw new ReportError('no-such-stage', `${id} is a batch; an after-action review is of a stage or of the workstream.`);
}

function subjectOf({ stages }: WorkstreamSnapshot, id: string): ReportSubject {
  const batches = stages.flatMap(batchesOf);
  const found = [...stages, ...batches].find(subject => subject.id === id);
  if (found) return found;
  if (levelOf(id) === 'batch') {
    throw new ReportError('no-such-batch', `batch ${id} not found. Available: ${batches.map(batch => batch.id).join(', ')}`);
  }
  throw new ReportError('no-such-stage', `stage ${id} not found. Available: ${stages.map(stage => Number(stage.id)).join(', ')}`);
}
