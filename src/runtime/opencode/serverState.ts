import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';

const schema = z.object({
  version: z.literal(1),
  pid: z.int().positive(),
  /** What tells the process from a later one with the same number; null where that cannot be asked. */
  processStart: z.string().nullable(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  url: z.string(),
  username: z.string(),
  password: z.string(),
  binary: z.string(),
  /** Hash of the plugin that it was started with. */
  plugin: z.string().nullable(),
  /** Somebody is stopping it on purpose. */
  stopping: z.boolean().default(false),
  /** It is stopped only to be started again while nothing works in it; kept until another one is there. */
  restarting: z.boolean().default(false),
  /** Processes whose place it took like that, oldest first: their programs go on with it. */
  replaces: z.array(z.int().positive()).readonly().default([]),
  /** Processes that ended before it although nobody stopped them, oldest first: their programs have lost them, and go on with it. */
  died: z.array(z.int().positive()).readonly().default([]),
});

/** How programs of one user find the server that one of them started. */
export type ServerState = z.infer<typeof schema>;

const stateFile = (directory: string) => path.join(directory, 'opencode-server.json');

/** Undefined when there is none, or nothing that can be read. */
export async function readServerState(directory: string): Promise<ServerState | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(stateFile(directory), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** For the user's eyes only: it holds the password. */
export async function writeServerState(directory: string, state: ServerState): Promise<void> {
  await writeFileAtomic(stateFile(directory), `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
}

const mostKept = 20;

/** The servers before one, as far as they are known. */
export type Predecessors = Pick<ServerState, 'replaces' | 'died'>;

/** What came before the server that is started next, going by the state that is there; of one that was stopped on purpose nothing is left. */
export function predecessors(state: ServerState | undefined): Predecessors {
  if (!state || (state.stopping && !state.restarting)) return { replaces: [], died: [] };
  const { replaces, died, pid, restarting } = state;
  const and = (pids: readonly number[]) => [...pids, pid].slice(-mostKept);
  return restarting ? { replaces: and(replaces), died } : { replaces, died: and(died) };
}

/** Removes the state of that process; another's is left. */
export async function removeServerState(directory: string, pid: number): Promise<void> {
  const state = await readServerState(directory);
  if (state === undefined || state.pid === pid) await rm(stateFile(directory), { force: true });
}
