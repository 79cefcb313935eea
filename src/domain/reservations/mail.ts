import * as z from 'zod';

/** Whom a message is to: a person, or the agent of a thread whichever of its tasks it is at. */
export const person = 'person';

export const importances = ['low', 'normal', 'high'] as const;

/** One message between agents, or from an agent to a person. */
export const mailSchema = z.looseObject({
  id: z.string().min(1),
  /** The thread that wrote it, and its task then. */
  from: z.string().min(1),
  task: z.string(),
  /** Thread ids, and `person`. */
  to: z.array(z.string()),
  subject: z.string(),
  body: z.string(),
  importance: z.enum(importances),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Who of `to` has read it. */
  readBy: z.array(z.string()),
});
export type Mail = Readonly<z.infer<typeof mailSchema>>;

/** So many messages are kept: the oldest go first, those that everybody has read before those that somebody has not. */
export const keptMails = 500;

export function mailFor(mails: readonly Mail[], reader: string): readonly Mail[] {
  return mails.filter(({ to }) => to.includes(reader));
}

export function unreadFor(mails: readonly Mail[], reader: string): readonly Mail[] {
  return mailFor(mails, reader).filter(({ readBy }) => !readBy.includes(reader));
}

export function markRead(mails: readonly Mail[], ids: readonly string[], reader: string): readonly Mail[] {
  return mails.map(mail => (ids.includes(mail.id) && !mail.readBy.includes(reader) ? { ...mail, readBy: [...mail.readBy, reader] } : mail));
}

export function addMail(mails: readonly Mail[], mail: Mail): readonly Mail[] {
  const all = [...mails, mail];
  if (all.length <= keptMails) return all;
  const oldest = all.find(({ to, readBy }) => to.every(reader => readBy.includes(reader))) ?? all[0];
  return all.filter(each => each !== oldest);
}
