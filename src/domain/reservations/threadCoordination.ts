import { person, unreadFor, type Mail } from './mail';
import { isOf, unexpired, type Reservation } from './reservations';

/** What agents tell each other, as it was read: the reservations of the whole repository, the messages of one workstream. */
export type CoordinationFacts = {
  /** The workstream whose messages they are, as reservations name it. */
  readonly stream: string;
  readonly reservations: readonly Reservation[];
  readonly mails: readonly Mail[];
};

/** What of it is a thread's: what it has reserved, and its messages that a person has not read. */
export type ThreadCoordination = { readonly reserved: readonly Reservation[]; readonly mail: readonly Mail[] };

export const noCoordination: CoordinationFacts = { stream: '', reservations: [], mails: [] };

/** `now`: milliseconds since the epoch. */
export function coordinationOf({ stream, reservations, mails }: CoordinationFacts, thread: string, now: number): ThreadCoordination {
  return {
    reserved: unexpired(reservations, now).filter(each => isOf({ stream, thread }, each)),
    mail: unreadFor(mails, person).filter(({ from }) => from === thread),
  };
}
