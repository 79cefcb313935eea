import { randomUUID } from 'node:crypto';
import { isoTime, type Clock } from '../../common/clock';
import type { JournalEvent } from '../../domain/journal/events';
import { isDraft, messageOf } from '../../domain/review/reviewComments';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { dropNote } from '../journal/inbox';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import { newMessageId, newPartId } from '../opencode/messageIds';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { isFolder } from '../onDisk';
import { ReviewError } from './reviewError';
import type { Delivery, ReviewStore } from './reviewStore';

export type DeliveryServices = {
  readonly root: string;
  readonly commonDir: () => Promise<string>;
  readonly opencode: Pick<OpencodeRuntime, 'server' | 'sessions'>;
  readonly store: ReviewStore;
  readonly clock: Clock;
};

/** A run that carries the message: the task whose agent goes on, and the words. */
export type CarryingRun = {
  readonly delivery: string;
  readonly comments: readonly string[];
  readonly task: string;
  readonly message: string;
};

/**
 * Brings drafts to a thread's agent as one message. A session at work gets it at once; undefined is the result. Of an agent that
 * stopped the result is the run in which it goes on with the message: begin it, then `settleDeliveries`.
 * @throws {ReviewError} `no-agent` when it cannot go on: the drafts stay; `busy` when one is on its way already.
 */
export async function deliverComments(
  services: DeliveryServices,
  stream: WorkstreamSnapshot,
  thread: ThreadNode,
  ids: readonly string[],
): Promise<CarryingRun | undefined> {
  const { store, root, opencode } = services;
  const attempts = thread.tasks.flatMap(task => task.attempts).filter(({ session }) => session !== undefined);
  const live = thread.running ? attempts.find(({ finishedAt }) => finishedAt === undefined) : undefined;
  const last = live ?? attempts.at(-1);
  if (last?.session === undefined) throw new ReviewError('no-agent', `Thread ${thread.id} has no agent to talk to yet. Run it first.`);
  const directory = last.worktree ?? root;
  if (!live && !(await isFolder(directory))) {
    throw new ReviewError(
      'no-agent',
      `The agent of thread ${thread.id} cannot go on: its worktree ${directory} is gone, as its work ${thread.merge?.state === 'landed' ? 'was merged' : 'was removed'}. The comments stay as drafts.`,
    );
  }
  if (live) await opencode.server.ensure();
  const { state } = await journalOf(services, stream.id);
  const to: Delivery['to'] = live
    ? {
        ...({ kind: 'session' } as const),
        ...{ attempt: last.id, session: last.session, directory, message: newMessageId(), part: newPartId() },
        before: await lastMessage(services, directory, last.session),
      }
    : { kind: 'run', task: last.task, was: thread.tasks.find(({ id }) => id === last.task)?.status ?? 'pending' };
  const delivery = { id: randomUUID(), comments: [...ids], thread: thread.id, after: state.lastSeq, to };
  const content = await store.edit(stream.id, before => {
    const busy = before.deliveries.some(({ comments }) => comments.some(id => ids.includes(id)));
    if (busy) throw new ReviewError('busy', 'These comments are on their way to the agent already.');
    const chosen = before.comments.filter(comment => ids.includes(comment.id) && isDraft(comment));
    if (chosen.length === 0) throw new ReviewError('nothing-done', 'There is no draft to send.');
    return { ...before, deliveries: [...before.deliveries, { ...delivery, text: messageOf(chosen) }] };
  });
  const written = content.deliveries.find(({ id }) => id === delivery.id);
  if (!written) throw new ReviewError('busy', 'The comments could not be written down.');
  if (to.kind === 'run') return { delivery: delivery.id, comments: ids, task: to.task, message: written.text };
  await settleDeliveries(services, stream.id, { sending: delivery.id });
  return undefined;
}

/**
 * Looks at what became of comments on their way, by the session and the journal: arrived ones are marked as sent, others are drafts
 * again. `running` are deliveries whose run may still begin; `sending` is put into its session now.
 */
export async function settleDeliveries(
  services: DeliveryServices,
  stream: string,
  { running = new Set(), sending }: { readonly running?: ReadonlySet<string>; readonly sending?: string | undefined } = {},
): Promise<void> {
  const { deliveries } = await services.store.read(stream);
  if (deliveries.length === 0) return;
  const { events, state } = await journalOf(services, stream);
  for (const delivery of deliveries) {
    const attempt = delivery.to.kind === 'session' ? state.attempts.get(delivery.to.attempt) : undefined;
    const fate =
      delivery.to.kind === 'run'
        ? fateOfRun(delivery, events, running.has(delivery.id))
        : await fateInSession(services, delivery, delivery.id === sending || attempt?.finishedAt === undefined);
    if (fate === 'open') continue;
    if (fate === 'arrived') await tell(services, stream, delivery, events);
    await end(services, stream, delivery, fate === 'arrived');
  }
}

type Fate = 'arrived' | 'lost' | 'open';

function fateOfRun({ text, after }: Delivery, events: readonly JournalEvent[], mayBegin: boolean): Fate {
  const began = events.some(event => event.seq > after && event.kind === 'run.started' && event.goOn?.message === text);
  return began ? 'arrived' : mayBegin ? 'open' : 'lost';
}

/** The same ids again never make a second message. */
async function fateInSession({ opencode }: DeliveryServices, { to, text }: Delivery, maySend: boolean): Promise<Fate> {
  if (to.kind !== 'session') return 'open';
  if (!opencode.server.connection) return maySend ? 'open' : 'lost';
  const { directory, session, message: messageId, part: partId, before } = to;
  const put = await opencode.sessions.promptState({ directory, session, messageId, partIds: [partId], after: before });
  if (put === 'stored') return 'arrived';
  if (!maySend || put === 'superseded') return 'lost'; // what was said since would be answered by an old question
  await opencode.sessions.prompt({ directory, session, messageId, partId, text });
  return 'arrived';
}

async function lastMessage({ opencode }: DeliveryServices, directory: string, session: string): Promise<string | null> {
  const messages = await opencode.sessions.messages(directory, session);
  return messages.findLast(({ info }) => info.role === 'user')?.info.id ?? null;
}

/** The journal gets a note of what a person said, once. */
async function tell(
  services: DeliveryServices,
  stream: string,
  { to, text, after }: Delivery,
  events: readonly JournalEvent[],
): Promise<void> {
  if (to.kind !== 'session') return;
  if (events.some(event => event.seq > after && event.kind === 'attempt.messaged' && event.text === text)) return;
  const folder = journalFolder(await services.commonDir(), stream);
  await dropNote(folder, { kind: 'attempt.messaged', attempt: to.attempt, by: 'user', text });
}

async function end({ store, clock }: DeliveryServices, stream: string, { id, comments }: Delivery, arrived: boolean): Promise<void> {
  const sentAt = isoTime(clock.now());
  await store.edit(stream, content => ({
    ...content,
    deliveries: content.deliveries.filter(delivery => delivery.id !== id),
    comments: content.comments.map(comment => (arrived && comments.includes(comment.id) ? { ...comment, sentAt } : comment)),
  }));
}

async function journalOf({ commonDir }: DeliveryServices, stream: string): ReturnType<typeof readJournal> {
  return readJournal(journalFile(journalFolder(await commonDir(), stream)));
}
