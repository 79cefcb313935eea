import { isoTime, type Clock } from '../../common/clock';
import type { ChangedFile } from '../../domain/journal/events';
import type { AttemptState } from '../../domain/journal/journalState';
import { completion } from '../../domain/reports/completion';
import type { FileChange } from '../../domain/reports/fileChanges';
import { isUnmerged, unmergedReason } from '../../domain/merge/unmerged';
import { reportFileName } from '../../domain/reports/reportFileName';
import { stageReport } from '../../domain/reports/stageReport';
import { approvalProblem } from '../../domain/run/checkApproval';
import type { StageNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { ownChanges } from '../git/history';
import { toChangedFile } from '../git/changedFile';

export type ReportServices = {
  readonly files: WorkFiles;
  readonly git: Git;
  readonly clock: Clock;
  snapshot(streamId?: string): Promise<WorkstreamSnapshot>;
};

export class ReportError extends Error {
  override readonly name = 'ReportError';

  constructor(
    readonly reason: 'no-such-stage',
    message: string,
  ) {
    super(message);
  }
}

const generatedLine = /^> \*\*Generated:\*\* (\S+)/m;

/** Writes stage reports and `COMPLETION.md` from what plan, tasks, journal and git say; never by itself. */
export class Reports {
  constructor(private readonly services: ReportServices) {}

  /** Writes a stage's report where it is missing or says something else than now, and gives its absolute path. */
  async writeStageReport(streamId: string, stageId: string): Promise<string> {
    const { files, clock } = this.services;
    const stream = await this.services.snapshot(streamId);
    const stage = stageOf(stream, stageId);
    const definition = (await files.readWorkstream(streamId)).plan.plan?.stages.find(({ id }) => id === stage.id)?.definition;
    const changes = await this.changes(stage);
    const name = reportFileName(stage);
    const before = await files.readReport(streamId, name);
    const write = (generatedAt: string) => stageReport({ stage, generatedAt, definition, files: changes });
    const same = before !== undefined && before === write(generatedLine.exec(before)?.[1] ?? '');
    return files.writeReport(streamId, name, same ? before : write(isoTime(clock.now())));
  }

  /** What is not finished or not approved yet, a sentence each. */
  async completionWarnings(streamId: string): Promise<readonly string[]> {
    const { stages, counts } = await this.services.snapshot(streamId);
    const open = counts.total - counts.completed - counts.cancelled;
    return [
      ...(open > 0 ? [`${open} of ${counts.total} tasks are not done.`] : []),
      ...stages
        .filter(stage => stage.approval !== 'approved')
        .map(
          stage =>
            `Stage ${Number(stage.id)} (${stage.name}) is not approved${approvalProblem(stage) === undefined ? '' : ' and not finished'}.`,
        ),
      ...stages
        .flatMap(stage => stage.batches.flatMap(batch => batch.threads))
        .flatMap(thread => (isUnmerged(thread.merge) ? [`Thread ${thread.id} is not merged: ${unmergedReason(thread.merge)}.`] : [])),
    ];
  }

  /** Writes `COMPLETION.md`, marks the workstream completed, and gives the file's absolute path. */
  async complete(streamId: string): Promise<string> {
    const { files, clock } = this.services;
    const stream = await this.services.snapshot(streamId);
    const file = await files.writeCompletion(stream.id, completion({ stream, completedAt: isoTime(clock.now()) }));
    await files.setStreamStatus(stream.id, 'completed');
    return file;
  }

  /** What the stage's tasks changed, attempt by attempt; undefined where no task has commits of its own (isolation `none`). */
  private async changes(stage: StageNode): Promise<readonly FileChange[] | undefined> {
    const attempts = stage.batches
      .flatMap(batch => batch.threads.flatMap(thread => thread.tasks.flatMap(task => task.attempts)))
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

function stageOf(stream: WorkstreamSnapshot, stageId: string): StageNode {
  const stage = stream.stages.find(({ id }) => id === stageId);
  if (stage) return stage;
  throw new ReportError('no-such-stage', `stage ${stageId} not found. Available: ${stream.stages.map(({ id }) => Number(id)).join(', ')}`);
}
