import { homedir } from 'node:os';
import path from 'node:path';
import { parseCoordinatorState, type CoordinatedWorktree } from '../../domain/coordinator/coordinatorState';
import { readText } from '../files/readText';
import { isBelow, realPathOf } from '../git/paths';
import { isFolder } from '../onDisk';

export type CoordinatorFile = {
  /** The tool whose state it is. */
  readonly tool: 'open-coordinator' | 'open-trees';
  readonly file: string;
  /** Worktrees of this repository that are there. */
  readonly entries: readonly CoordinatedWorktree[];
  /** Entries that could not be understood. */
  readonly dropped: number;
  /** Entries of worktrees whose folder is gone. */
  readonly gone: number;
  /** Entries of other repositories. */
  readonly elsewhere: number;
  /** Why nothing of it could be read, as a sentence. */
  readonly problem?: string | undefined;
};

/**
 * What other coordinators keep about worktrees of the repository at `root`, from the user's configuration folder; those of which
 * there is no file are left out. Nothing is written.
 */
export async function readCoordinatorStates(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly CoordinatorFile[]> {
  const { XDG_CONFIG_HOME: configured = '', HOME: home } = environment;
  const folder = path.isAbsolute(configured) ? configured : path.join(home ?? homedir(), '.config');
  const files = (['open-coordinator', 'open-trees'] as const).map(tool => ({
    tool,
    file: path.join(folder, 'opencode', tool, 'state.json'),
  }));
  const read = await Promise.all(files.map(({ tool, file }) => readState(tool, file, root)));
  return read.filter(state => state !== undefined);
}

async function readState(tool: CoordinatorFile['tool'], file: string, root: string): Promise<CoordinatorFile | undefined> {
  const content = await readText(file);
  const nothing = { tool, file, entries: [], dropped: 0, gone: 0, elsewhere: 0 };
  if (content.kind === 'absent') return undefined;
  if (content.kind === 'bad') return { ...nothing, problem: `It cannot be read: ${content.message}.` };
  const state = parseCoordinatorState(content.text);
  if (state.kind === 'unreadable') return { ...nothing, problem: state.why };
  const repository = await realPathOf(root);
  const own: CoordinatedWorktree[] = [];
  for (const entry of state.entries) if (isBelow(await realPathOf(entry.worktreePath), repository)) own.push(entry);
  const there = await Promise.all(own.map(({ worktreePath }) => isFolder(worktreePath)));
  const entries = own.filter((_, index) => there[index]);
  return { tool, file, entries, dropped: state.dropped, gone: own.length - entries.length, elsewhere: state.entries.length - own.length };
}
