import * as z from 'zod';
import { formatDuration } from '../../common/duration';
import { oneLine } from '../../common/text';
import { pathsOverlap } from './pathOverlap';

/** What a thread keeps for itself for a while. `path`: a glob with `/`, relative to the repository. Times are milliseconds since the epoch. */
export const reservationSchema = z.looseObject({
  path: z.string().min(1),
  /** The name of its workstream's journal folder: all workstreams of a repository keep out of each other's files. */
  stream: z.string().min(1),
  thread: z.string().min(1),
  /** The attempt whose agent asked for it; null: reserved for the whole thread when it began. */
  attempt: z.string().nullable(),
  /** The number of the driver that reserved it for the whole thread. */
  driver: z.number().optional(),
  /** Others that are not exclusive may have it too. */
  exclusive: z.boolean(),
  reason: z.string().optional(),
  since: z.number(),
  until: z.number(),
});
export type Reservation = Readonly<z.infer<typeof reservationSchema>>;

/** Who has something reserved. */
export type Reserver = Pick<Reservation, 'stream' | 'thread'>;

export type ReservationRequest = Reserver & {
  readonly attempt: string | null;
  readonly driver?: number | undefined;
  readonly paths: readonly string[];
  readonly exclusive: boolean;
  readonly reason?: string | undefined;
  readonly ttlSeconds: number;
};

/** A path that was asked for and the reservations of others that it overlaps. */
export type ReservationConflict = { readonly path: string; readonly holders: readonly Reservation[] };

export type Reserved =
  | { readonly kind: 'granted'; readonly reservations: readonly Reservation[] }
  /** Nothing of the request was granted. */
  | { readonly kind: 'conflict'; readonly conflicts: readonly ReservationConflict[] };

/** Seconds, as in MCP Agent Mail. */
export const defaultTtl = 3600;
export const shortestTtl = 60;
/** A day: longer than any attempt may take. */
export const longestTtl = 86_400;

export function unexpired(reservations: readonly Reservation[], now: number): readonly Reservation[] {
  return reservations.filter(({ until }) => until > now);
}

/** All that is asked for, or nothing: a conflict means to wait. What the thread has already is renewed and never shortened. */
export function reserve(reservations: readonly Reservation[], request: ReservationRequest, now: number): Reserved {
  const held = unexpired(reservations, now);
  const conflicts = conflictsOf(held, request);
  if (conflicts.length > 0) return { kind: 'conflict', conflicts };
  const { stream, thread, attempt, exclusive, reason } = request;
  const until = now + Math.min(longestTtl, Math.max(shortestTtl, request.ttlSeconds)) * 1000;
  const own = (path: string) => held.find(each => isOf(request, each) && each.path === path);
  const granted = [...new Set(request.paths)].map((path): Reservation => {
    const before = own(path);
    const driver = request.driver ?? before?.driver;
    return {
      path,
      stream,
      thread,
      attempt: before ? before.attempt : attempt,
      exclusive: exclusive || before?.exclusive === true,
      ...(driver === undefined ? {} : { driver }),
      ...(reason === undefined ? {} : { reason }),
      since: before?.since ?? now,
      until: Math.max(until, before?.until ?? 0),
    };
  });
  const renewed = new Set(granted.map(({ path }) => path));
  return { kind: 'granted', reservations: [...held.filter(each => !isOf(request, each) || !renewed.has(each.path)), ...granted] };
}

/** Two that are not exclusive go together; a thread never conflicts with itself. */
function conflictsOf(held: readonly Reservation[], request: ReservationRequest): readonly ReservationConflict[] {
  const { paths, exclusive } = request;
  const others = held.filter(other => !isOf(request, other) && (exclusive || other.exclusive));
  return [...new Set(paths)]
    .map(path => ({ path, holders: others.filter(other => pathsOverlap(path, other.path)) }))
    .filter(({ holders }) => holders.length > 0);
}

/** What is left when a thread gives back `paths`, as it had reserved them, or everything. */
export function release(reservations: readonly Reservation[], reserver: Reserver, paths?: readonly string[]): readonly Reservation[] {
  return reservations.filter(each => !isOf(reserver, each) || (paths !== undefined && !paths.includes(each.path)));
}

export const isOf = ({ stream, thread }: Reserver, reservation: Reservation) =>
  reservation.stream === stream && reservation.thread === thread;

/** Which of them holds nothing back any more when a driver begins with a workstream: what was reserved for threads that nobody runs. */
export type LeftOver = {
  readonly stream: string;
  /** The number of the driver. */
  readonly driver: number;
  /** Whether the agent of an attempt of this workstream may go on. */
  readonly goesOn: (attempt: string) => boolean;
};

/**
 * A repository has one driver at a time, so that what an earlier one reserved for a thread is nobody's. What an agent of another
 * workstream reserved stays: whether it goes on is known when that one is run again, or its time is over.
 */
export function isLeftOver({ stream, attempt, driver }: Reservation, now: LeftOver): boolean {
  if (attempt === null) return stream === now.stream || driver !== now.driver;
  return stream === now.stream && !now.goesOn(attempt);
}

/**
 * Who has what, and with `now` for how much longer: `thread 01.01.02 has src/a.ts (59m 10s left)`.
 * @param asker the workstream that asked: threads of others are named with theirs
 */
export function conflictWords({ path, holders }: ReservationConflict, asker: string, now?: number): string {
  const words = holders.map(holder => {
    const what = holder.path === path ? oneLine(path) : `${oneLine(holder.path)}, which overlaps ${oneLine(path)}`;
    const whose = holder.stream === asker ? '' : ` of workstream ${oneLine(holder.stream)}`;
    const left = now === undefined ? '' : ` (${formatDuration(holder.until - now)} left)`;
    return `thread ${holder.thread}${whose} has ${what}${left}`;
  });
  return words.join('; ');
}
