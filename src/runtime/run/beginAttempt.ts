import { isoTime } from '../../common/clock';
import { formatModelRef } from '../../domain/agents';
import type { AttemptRequest } from './attemptRequest';
import type { RunContext } from './runContext';
import type { PlannedWorkplace } from './workplace';

export type AttemptBegin = {
  readonly id: string;
  /** The id of its session in `threads.json`. */
  readonly record: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The worktree that is made for it. */
  readonly planned: PlannedWorkplace | undefined;
};

/** Writes down that an attempt begins, or goes on, everywhere it is kept; all of it may be done again. */
export async function beginAttempt(
  context: RunContext,
  request: AttemptRequest,
  { id, record, startedAt, planned }: AttemptBegin,
): Promise<void> {
  const { thread, task, model, base, run, number, open, resumes } = request;
  const { journal, files, streamId } = context;
  const agent = request.agent?.name ?? task.agent;
  if (open) {
    context.observer.notice(`${task.id}: attempt ${number} goes on where it was cut off.`);
    journal.append({ kind: 'attempt.resumed', attempt: id, cut: null, reason: 'the program that drove it ended' });
  } else {
    journal.append({
      kind: 'attempt.started',
      run,
      attempt: id,
      task: task.id,
      thread: thread.id,
      number,
      record,
      agent,
      model: model && formatModelRef(model),
      base,
      ...placesOf(request, planned),
      ...(resumes === undefined ? {} : { resumes: resumes.attempt, message: resumes.message }),
    });
  }
  await files.upsertSession(
    streamId,
    thread.id,
    {
      sessionId: record,
      agentName: agent,
      model: model ? formatModelRef(model) : 'default',
      startedAt: isoTime(startedAt),
      status: 'running',
    },
    { currentSessionId: record },
  );
  // Once the agent was told of the task, its status is the agent's to say.
  if (!journal.state.effects.has(`${id}/prompt/1`)) await files.updateTask(streamId, task.id, { status: 'in_progress' });
}

function placesOf({ shared }: AttemptRequest, planned: PlannedWorkplace | undefined): { worktree?: string; branch?: string } {
  if (planned) return planned.place ? { worktree: planned.place.path, branch: planned.place.branch } : {};
  return shared?.workplace.branch === undefined ? {} : { worktree: shared.workplace.directory, branch: shared.workplace.branch };
}
