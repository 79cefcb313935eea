import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { systemClock, type Clock } from '../../common/clock';
import { addMail, mailFor, mailSchema, markRead, unreadFor, type Mail } from '../../domain/reservations/mail';
import {
  isOf,
  release,
  reservationSchema,
  reserve,
  unexpired,
  type Reservation,
  type ReservationRequest,
  type Reserved,
} from '../../domain/reservations/reservations';
import { SharedList } from './sharedList';

export type NewMail = Pick<Mail, 'from' | 'task' | 'to' | 'subject' | 'body' | 'importance'>;

/**
 * What agents tell each other, for one workstream: which files its threads have reserved, among all of the repository, and messages of
 * its own. Kept in `<git-common-dir>/work`, and changed by the driver, by windows and by agents' tools alike. Every method throws
 * {FilesError} `unparsable`, `locked`, `failed`.
 */
export class Coordination {
  private readonly reserved: SharedList<Reservation>;
  private readonly mail: SharedList<Mail>;
  /** The workstream, as reservations name it. */
  readonly stream: string;

  /** `folder`: the journal's, `<git-common-dir>/work/<workstream>`. */
  constructor(
    readonly folder: string,
    private readonly clock: Clock = systemClock,
  ) {
    this.stream = path.basename(folder);
    this.reserved = new SharedList(path.join(path.dirname(folder), 'reservations.json'), 'reservations', reservationSchema);
    this.mail = new SharedList(path.join(folder, 'mail.json'), 'messages', mailSchema);
  }

  /** Absolute; all that it reads. */
  get files(): readonly string[] {
    return [this.reserved.file, this.mail.file];
  }

  /** Those of the repository whose time is not over. */
  async reservations(): Promise<readonly Reservation[]> {
    return unexpired(await this.reserved.read(), this.clock.now());
  }

  /** What a thread of this workstream has. */
  async reservedBy(thread: string): Promise<readonly Reservation[]> {
    return (await this.reservations()).filter(each => isOf({ stream: this.stream, thread }, each));
  }

  /** All that is asked for, or nothing. */
  reserve(request: Omit<ReservationRequest, 'stream'>): Promise<Reserved> {
    return this.reserved.edit<Reserved>(records => {
      const result = reserve(records, { ...request, stream: this.stream }, this.clock.now());
      return { result, records: result.kind === 'granted' ? result.reservations : records };
    });
  }

  /** Gives a thread's reservations back, or some of its paths. Gives the paths that it had reserved and has no more. */
  release(thread: string, paths?: readonly string[]): Promise<readonly string[]> {
    return this.leave(held => release(held, { stream: this.stream, thread }, paths));
  }

  /** Gives back what does not pass. */
  keepOnly(passes: (reservation: Reservation) => boolean): Promise<readonly string[]> {
    return this.leave(held => held.filter(passes));
  }

  mails(): Promise<readonly Mail[]> {
    return this.mail.read();
  }

  send(mail: NewMail): Promise<Mail> {
    return this.mail.edit<Mail>(mails => {
      const sent: Mail = { ...mail, id: randomUUID(), at: this.clock.now(), readBy: [] };
      return { result: sent, records: addMail(mails, sent) };
    });
  }

  /** What a reader has not read yet, or everything that is to it; it counts as read from then on. */
  readMail(reader: string, which: 'unread' | 'all' = 'unread'): Promise<readonly Mail[]> {
    return this.mail.edit<readonly Mail[]>(mails => {
      const unread = unreadFor(mails, reader).map(({ id }) => id);
      const found = which === 'all' ? mailFor(mails, reader) : unreadFor(mails, reader);
      return { result: found, records: unread.length === 0 ? mails : markRead(mails, unread, reader) };
    });
  }

  private leave(left: (held: readonly Reservation[]) => readonly Reservation[]): Promise<readonly string[]> {
    return this.reserved.edit<readonly string[]>(records => {
      const kept = left(records);
      if (kept.length === records.length) return { result: [], records };
      return { result: records.filter(each => !kept.includes(each)).map(each => each.path), records: kept };
    });
  }
}
