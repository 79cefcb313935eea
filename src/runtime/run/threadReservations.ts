import { person, unreadFor } from '../../domain/reservations/mail';
import { count } from '../../common/text';
import type { RunContext } from './runContext';

/** Whatever a thread has reserved is free again when it has ended, however it did. Another driver goes on with what it took over. */
export async function releaseThread({ coordination, driver, observer, logger }: RunContext, thread: string): Promise<void> {
  if (driver.lost.aborted) return;
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

/** Gives back what threads of a dead driver had reserved, but for those whose agents go on. */
export async function releaseLeft({ coordination, journal, logger }: RunContext): Promise<void> {
  const { attempts } = journal.state;
  const goesOn = (attempt: string | null) => attempt !== null && attempts.get(attempt)?.finishedAt === undefined && attempts.has(attempt);
  await coordination
    .keepOnly(({ attempt }) => goesOn(attempt))
    .catch((error: unknown) => logger.error('what earlier runs had reserved is not given back', error));
}
