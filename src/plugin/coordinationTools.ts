import * as z from 'zod';
import { count, oneLine } from '../common/text';
import { importances, person, unreadFor, type Mail } from '../domain/reservations/mail';
import { conflictWords, defaultTtl, type ReservationConflict } from '../domain/reservations/reservations';
import { isDone } from '../domain/taskStatus';
import type { Coordination } from '../runtime/files/coordination';
import { agentTool, type AgentToolOptions, type Work } from './agentTool';
import { readLetter, readRelease, readReserve } from './coordinationRequests';
import { currentTask } from './currentTask';
import type { PluginTool } from './opencodeHooks';

export type CoordinationToolsOptions = AgentToolOptions & {
  /** `inbox`: the attempt's, in the folder of the workstream's journal. */
  readonly coordinationOf: (inbox: string) => Coordination;
};

/** The tools by which agents of a workstream keep out of each other's files and write to each other and to a person. */
export function coordinationTools(options: CoordinationToolsOptions): Readonly<Record<string, PluginTool>> {
  const tool = (
    description: string,
    args: z.ZodRawShape,
    act: (work: Work, coordination: Coordination, input: unknown) => Promise<string>,
  ) => agentTool(options, description, args, (work, input) => act(work, options.coordinationOf(work.attempt.inbox), input));

  return {
    work_reserve: tool(
      'Reserves files for your thread before you change them, so that no other agent does at the same time. All of them or none: when another thread has one, you are told who, and wait or do something else first. What you have reserved is given back when your thread ends.',
      {
        paths: z.array(z.string()).describe('Files, folders or globs, relative to your worktree: src/api/router.ts, src/db/**'),
        ttlSeconds: z.number().optional().describe(`For how long; ${defaultTtl} seconds if you say nothing. Ask again to renew it`),
        exclusive: z.boolean().optional().describe('false when others may have them reserved too, also not exclusively'),
        reason: z.string().optional().describe('What for, in a few words'),
      },
      reserve,
    ),
    work_release: tool(
      'Gives back files that your thread has reserved and does not need any more.',
      { paths: z.array(z.string()).optional().describe('As you reserved them; all of your thread if you name none') },
      giveBack,
    ),
    work_send: tool(
      `Sends a message to the agent of another thread, or to "${person}".`,
      {
        to: z.array(z.string()).describe(`Ids of threads or tasks, such as 01.01.02, or "${person}"`),
        subject: z.string().describe('One line'),
        body: z.string().describe('What there is to say'),
        importance: z.enum(importances).optional().describe('normal if you say nothing'),
      },
      send,
    ),
    work_inbox: tool(
      'Reads the messages that other agents sent to your thread since you last looked.',
      { all: z.boolean().optional().describe('true for those that were read already, too') },
      inbox,
    ),
  };
}

async function reserve({ attempt, files }: Work, coordination: Coordination, input: unknown): Promise<string> {
  const read = readReserve(input, attempt);
  if (!read.ok) return read.sentence;
  const tasks = await files.readTasks(attempt.stream);
  const own = currentTask(attempt, tasks);
  const status = tasks.find(({ id }) => id === own)?.status;
  if (status !== undefined && (isDone(status) || status === 'blocked')) {
    return `Nothing was reserved: task ${own} is ${status} already. You can stop here.`;
  }
  const { paths, ttlSeconds, exclusive, reason } = read.value;
  const result = await coordination.reserve({ thread: attempt.thread, attempt: attempt.attempt, paths, exclusive, reason, ttlSeconds });
  if (result.kind === 'conflict') return refusal(result.conflicts, coordination.stream) + (await mailHint(attempt.thread, coordination));
  const shown = paths.map(oneLine).join(', ');
  return `Reserved for thread ${attempt.thread}: ${shown}.${await mailHint(attempt.thread, coordination)}`;
}

function refusal(conflicts: readonly ReservationConflict[], stream: string): string {
  const now = Date.now();
  const words = conflicts.map(conflict => conflictWords(conflict, stream, now)).join('; ');
  return `Nothing was reserved: ${words}. Wait and ask again later, or work on something else of your task first; do not change these files until they are yours.`;
}

async function giveBack({ attempt }: Work, coordination: Coordination, input: unknown): Promise<string> {
  const read = readRelease(input, attempt);
  if (!read.ok) return read.sentence;
  const released = await coordination.release(attempt.thread, read.value);
  if (released.length > 0) return `Given back: ${released.map(oneLine).join(', ')}.`;
  const held = await coordination.reservedBy(attempt.thread);
  const has = held.length === 0 ? 'nothing' : held.map(({ path }) => oneLine(path)).join(', ');
  return `Nothing was given back: thread ${attempt.thread} has ${has} reserved.`;
}

async function send({ attempt, files }: Work, coordination: Coordination, input: unknown): Promise<string> {
  const tasks = await files.readTasks(attempt.stream);
  const read = readLetter(
    input,
    attempt,
    tasks.map(({ id }) => id),
  );
  if (!read.ok) return read.sentence;
  const { to } = await coordination.send({ from: attempt.thread, task: currentTask(attempt, tasks), ...read.value });
  const expectation = to.includes(person) ? ' Go on with what you can do: a person may answer later, here in this session.' : '';
  return `Sent to ${to.join(', ')}.${expectation}`;
}

async function inbox({ attempt }: Work, coordination: Coordination, input: unknown): Promise<string> {
  const all = z.object({ all: z.literal(true) }).safeParse(input).success;
  const mails = await coordination.readMail(attempt.thread, all ? 'all' : 'unread');
  if (mails.length === 0) return all ? 'There are no messages for your thread.' : 'There are no new messages for your thread.';
  return mails.map(shownMail).join('\n\n');
}

function shownMail({ from, task, subject, body, importance, at }: Mail): string {
  const high = importance === 'normal' ? '' : ` (${importance})`;
  return `From thread ${from} (task ${task}), ${new Date(at).toISOString()}${high}\n${subject}\n${body}`;
}

/** Nobody else would tell an agent that somebody wrote to it. */
async function mailHint(thread: string, coordination: Coordination): Promise<string> {
  const unread = unreadFor(await coordination.mails(), thread).length;
  return unread === 0 ? '' : ` You have ${count(unread, 'new message')}: read with work_inbox.`;
}
