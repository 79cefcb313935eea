import * as z from 'zod';
import { batchesOf, tasksOfSubject, threadsOf, type ReportInput } from '../../domain/reports/reportInput';
import { reportActions, rowActions } from './pageView';

/** All that a page can ask for: something of a closed list, about something that its report names. */
const messageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('report'), action: z.enum(reportActions) }),
  z.strictObject({ type: z.literal('row'), action: z.enum(rowActions), id: z.string() }),
  z.strictObject({ type: z.literal('file'), path: z.string() }),
  z.strictObject({ type: z.literal('output'), file: z.string() }),
  z.strictObject({ type: z.literal('commit'), commit: z.string() }),
]);
export type PageMessage = z.infer<typeof messageSchema>;

/** The message, if it is one and names nothing that the report does not; a page that was tampered with is not obeyed. */
export function checkedMessage(message: unknown, report: ReportInput | undefined): PageMessage | undefined {
  const { data } = messageSchema.safeParse(message);
  return data && (data.type === 'ready' || (report && isAbout(data, report))) ? data : undefined;
}

function isAbout(message: Exclude<PageMessage, { readonly type: 'ready' }>, { subject, files = [] }: ReportInput): boolean {
  const threads = threadsOf(subject);
  switch (message.type) {
    case 'report':
      return true;
    case 'row':
      return [...batchesOf(subject), ...threads, ...tasksOfSubject(subject)].some(({ id }) => id === message.id);
    case 'file':
      return files.some(({ path }) => path === message.path);
    case 'output':
      return threads.some(({ validations }) =>
        validations.some(({ commands }) => commands.some(({ output }) => output !== '' && output === message.file)),
      );
    case 'commit':
      return (
        threads.some(
          ({ merge, validations }) => commitOf(merge) === message.commit || validations.some(({ commit }) => commit === message.commit),
        ) || tasksOfSubject(subject).some(({ attempts }) => attempts.some(({ commit }) => commit === message.commit))
      );
  }
}

const commitOf = (merge: object | undefined) => (merge && 'commit' in merge ? merge.commit : undefined);
