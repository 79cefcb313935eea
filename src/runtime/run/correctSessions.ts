import { isoTime } from '../../common/clock';
import type { RunContext } from './runContext';

/**
 * Corrects `running` sessions in `threads.json` that no open attempt stands behind, those of other batches too: whoever wrote them
 * is gone, because this process is the one that runs batches now.
 */
export async function correctSessions(context: RunContext): Promise<void> {
  const { files, streamId, journal, clock } = context;
  const { threads } = await files.readWorkstream(streamId);
  if (threads.kind !== 'ok') return;
  const live = new Set(
    [...journal.state.attempts.values()].filter(({ finishedAt }) => finishedAt === undefined).map(({ record }) => record),
  );
  for (const { threadId, sessions } of threads.value) {
    for (const { sessionId } of sessions.filter(session => session.status === 'running' && !live.has(session.sessionId))) {
      await files.updateSession(streamId, threadId, sessionId, { status: 'interrupted', completedAt: isoTime(clock.now()) });
    }
  }
}
