import { setTimeout } from 'node:timers/promises';
import { person, unreadFor } from '../../domain/reservations/mail';
import { count } from '../../common/text';
import { conflictWords, isLeftOver, longestTtl } from '../../domain/reservations/reservations';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { RunContext } from './runContext';

/** Milliseconds from one try to the next while another thread has the files. */
const pace = 500;

export type FileHolder = {
  readonly run: string;
  readonly thread: ThreadNode;
  /** Whether it waits for files now, and so works at nothing. */
  readonly onHeld: (isHeld: boolean) => void;
};

/**
 * Reserves the files that a thread declares, for itself and, where one is configured, at the Agent Mail server; waits while others have
 * them, which the journal says. Rejects when the signal is aborted.
 */
export async function holdFiles(context: RunContext, { run, thread, onHeld }: FileHolder, signal: AbortSignal): Promise<void> {
  const paths = thread.files.filter(path => !path.startsWith('!'));
  if (paths.length === 0) return;
  let said: string | null = null;
  const tell = (reason: string | null) => {
    if (reason === said) return;
    context.journal.append({ kind: 'thread.held', run, thread: thread.id, reason });
    if ((reason === null) !== (said === null)) onHeld(reason !== null);
    said = reason;
  };
  for (let tries = 1; ; tries++) {
    const reason = await reserveHere(context, thread.id, paths);
    if (reason === undefined) break;
    if (tries > 1) tell(reason); // the first time they may only be about to be given back
    await setTimeout(pace, undefined, { signal });
  }
  await context.agentMail?.begin(thread.id, paths, { signal, onConflict: tell });
  tell(null);
}

/** Who has them; undefined when the thread has, and when nothing can be reserved at all, which is said: the thread goes on. */
async function reserveHere(
  { coordination, driver, logger }: RunContext,
  thread: string,
  paths: readonly string[],
): Promise<string | undefined> {
  try {
    const result = await coordination.reserve({
      thread,
      attempt: null,
      driver: driver.epoch,
      paths,
      exclusive: true,
      reason: 'declared',
      ttlSeconds: longestTtl,
    });
    if (result.kind === 'granted') return undefined;
    return result.conflicts.map(conflict => conflictWords(conflict, coordination.stream)).join('; ');
  } catch (error) {
    logger.error(`the files of thread ${thread} are not reserved`, error);
    return undefined;
  }
}

/** Whatever a thread has reserved is free again when it has ended, however it did. Another driver goes on with what it took over. */
export async function releaseThread(
  { coordination, agentMail, journal, driver, observer, logger }: RunContext,
  thread: string,
): Promise<void> {
  if (driver.lost.aborted) return;
  const { outcome, reason } = journal.state.threads.get(thread) ?? {};
  await agentMail?.end(thread, { completed: outcome === 'completed', text: reason ?? 'Its work is merged.' });
  await coordination.release(thread).catch((error: unknown) => {
    logger.error(`what thread ${thread} has reserved is not given back`, error);
    observer.notice(
      `${thread}: what it has reserved stays so until its time is over. ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

/** Says on the command line that an agent wrote to a person; a window says so by itself. */
export async function tellMail({ coordination, observer, logger }: RunContext, thread: string): Promise<void> {
  try {
    const unread = unreadFor(await coordination.mails(), person).filter(({ from }) => from === thread);
    const [first] = unread;
    if (first) observer.notice(`${thread}: ${count(unread.length, 'message')} for you, read with "work mail": ${first.subject}`);
  } catch (error) {
    logger.warn(`messages of thread ${thread}: ${String(error)}`);
  }
}

/** Gives back what dead drivers had reserved for threads of the repository, and what agents of this workstream had that do not go on. */
export async function releaseLeft({ coordination, driver, journal, logger }: RunContext): Promise<void> {
  const { attempts } = journal.state;
  const goesOn = (attempt: string) => attempts.get(attempt)?.finishedAt === undefined && attempts.has(attempt);
  await coordination
    .keepOnly(each => !isLeftOver(each, { stream: coordination.stream, driver: driver.epoch, goesOn }))
    .catch((error: unknown) => logger.error('what earlier runs had reserved is not given back', error));
}
