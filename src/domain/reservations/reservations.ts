import * as z from 'zod';
import { formatDuration } from '../../common/duration';
import { oneLine } from '../../common/text';
import { pathsOverlap } from './pathOverlap';

/** What a thread keeps for itself for a while. `path`: a glob with `/`, relative to the repository. Times are milliseconds since the epoch. */
export const reservationSchema = z.looseObject({
  path: z.string().min(1),
  thread: z.string().min(1),
  /** The attempt whose agent asked for it; null: reserved for the whole thread when it began. */
  attempt: z.string().nullable(),
  /** Others that are not exclusive may have it too. */
  exclusive: z.boolean(),
  reason: z.string().optional(),
  since: z.number(),
  until: z.number(),
});
export type Reservation = Readonly<z.infer<typeof reservationSchema>>;

export type ReservationRequest = {
  readonly thread: string;
  readonly attempt: string | null;
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
  const { thread, attempt, exclusive, reason } = request;
  const until = now + Math.min(longestTtl, Math.max(shortestTtl, request.ttlSeconds)) * 1000;
  const own = (path: string) => held.find(each => each.thread === thread && each.path === path);
  const granted = [...new Set(request.paths)].map((path): Reservation => {
    const before = own(path);
    return {
      path,
      thread,
      attempt: before ? before.attempt : attempt,
      exclusive: exclusive || before?.exclusive === true,
      ...(reason === undefined ? {} : { reason }),
      since: before?.since ?? now,
      until: Math.max(until, before?.until ?? 0),
    };
  });
  const renewed = new Set(granted.map(({ path }) => path));
  return { kind: 'granted', reservations: [...held.filter(each => each.thread !== thread || !renewed.has(each.path)), ...granted] };
}

/** Two that are not exclusive go together; a thread never conflicts with itself. */
function conflictsOf(held: readonly Reservation[], { thread, paths, exclusive }: ReservationRequest): readonly ReservationConflict[] {
  const others = held.filter(other => other.thread !== thread && (exclusive || other.exclusive));
  return [...new Set(paths)]
    .map(path => ({ path, holders: others.filter(other => pathsOverlap(path, other.path)) }))
    .filter(({ holders }) => holders.length > 0);
}

/** What is left when a thread gives back `paths`, as it had reserved them, or everything. */
export function release(reservations: readonly Reservation[], thread: string, paths?: readonly string[]): readonly Reservation[] {
  return reservations.filter(each => each.thread !== thread || (paths !== undefined && !paths.includes(each.path)));
}

/** Who has what, and for how much longer: `thread 01.01.02 has src/a.ts (59m 10s left)`. */
export function conflictWords({ path, holders }: ReservationConflict, now: number): string {
  const words = holders.map(holder => {
    const what = holder.path === path ? oneLine(path) : `${oneLine(holder.path)}, which overlaps ${oneLine(path)}`;
    return `thread ${holder.thread} has ${what} (${formatDuration(holder.until - now)} left)`;
  });
  return words.join('; ');
}
