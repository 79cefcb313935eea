import { person, unreadFor, type Mail } from './mail';
import { unexpired, type Reservation } from './reservations';

/** What the agents of a workstream tell each other, as it was read. */
export type CoordinationFacts = { readonly reservations: readonly Reservation[]; readonly mails: readonly Mail[] };

/** What of it is a thread's: what it has reserved, and its messages that a person has not read. */
export type ThreadCoordination = { readonly reserved: readonly Reservation[]; readonly mail: readonly Mail[] };

export const noCoordination: CoordinationFacts = { reservations: [], mails: [] };

/** `now`: milliseconds since the epoch. */
export function coordinationOf({ reservations, mails }: CoordinationFacts, thread: string, now: number): ThreadCoordination {
  return {
    reserved: unexpired(reservations, now).filter(each => each.thread === thread),
    mail: unreadFor(mails, person).filter(({ from }) => from === thread),
  };
}
