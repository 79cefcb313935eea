import path from 'node:path';
import { systemClock, type Clock } from '../../common/clock';
import { count } from '../../common/text';
import { bdCommands, typed, type BdCommand } from '../../domain/sources/beads/bdCommands';
import { planOfIssues } from '../../domain/sources/beads/beadsPlan';
import { isClosed } from '../../domain/sources/beads/issue';
import type { SourceReading } from '../../domain/sources/importedPlan';
import { readAgents } from '../files/readAgents';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { beadsFolder, readBeads } from './beadsFile';
import { runExternal } from './externalProgram';
import type { FoundSource, Source, WrittenTask } from './source';

export type BeadsOptions = {
  readonly clock?: Clock;
  readonly env?: ProgramEnvironment;
  /** Milliseconds that one call of `bd` has. */
  readonly limit?: number;
};

/** Issues of beads: read from its export, told what became of them through its own program `bd`, where that is there. */
export function beadsSource({ clock = systemClock, env = process.env, limit = 30_000 }: BeadsOptions = {}): Source {
  return {
    kind: 'beads',
    find,
    read: (root, at) => read(root, at, clock.now()),
    writeBack: (root, at, tasks) => writeBack(root, at, tasks, { env, limit }),
  };
}

async function find(root: string): Promise<readonly FoundSource[]> {
  const { file, issues, problems } = await readBeads(root);
  if (file === undefined) return [];
  const faults = problems.filter(({ severity }) => severity === 'error').length;
  const open = issues.filter(issue => !isClosed(issue)).length;
  const detail = `${count(issues.length, 'issue')}, ${open} open${faults === 0 ? '' : `, ${count(faults, 'fault')}`}`;
  return [{ kind: 'beads', path: beadsFolder, title: 'beads', detail }];
}

async function read(root: string, at: string, now: number): Promise<SourceReading> {
  const { file, issues, problems } = await readBeads(root, at);
  if (file === undefined) {
    const message = `${at} has no export of beads (issues.jsonl). Let "bd export -o ${at}/issues.jsonl" write one.`;
    return { plan: undefined, problems: [...problems, { severity: 'error', message }] };
  }
  if (problems.some(({ severity }) => severity === 'error')) return { plan: undefined, problems };
  const agents = await readAgents(path.join(root, 'work'));
  const made = planOfIssues(issues, { path: at, file, agents, now });
  return { plan: made.plan, problems: [...problems, ...made.problems] };
}

type Calling = { readonly env: ProgramEnvironment; readonly limit: number };

async function writeBack(root: string, at: string, tasks: readonly WrittenTask[], calling: Calling): Promise<readonly string[]> {
  const { issues, problems: faults } = await readBeads(root, at);
  const fault = faults.find(({ severity }) => severity === 'error');
  if (fault) return [`${fault.message} Nothing was told to beads.`];
  const { commands, problems } = bdCommands(issues, tasks);
  return [...problems, ...(commands.length === 0 ? [] : await tell(root, commands, calling))];
}

/** Calls `bd` one after the other. What fails is said, and so is what was not tried because `bd` hangs or is not there. */
async function tell(root: string, commands: readonly BdCommand[], { env, limit }: Calling): Promise<readonly string[]> {
  const call = { cwd: root, env, limit };
  const sentences: string[] = [];
  let told = 0;
  for (const [index, command] of commands.entries()) {
    const result = await runExternal('bd', command, call);
    const left = [...commands.slice(index), ['sync']];
    if (result.kind === 'absent') return byHand('bd was not found on PATH, and nobody else writes the issues of beads.', left);
    if (result.kind === 'done') told++;
    else if (result.timedOut) return [...sentences, ...byHand(`${typed(command)}: ${result.reason}.`, left)];
    else sentences.push(`${typed(command)}: ${result.reason}.`);
  }
  if (told === 0) return sentences;
  const synced = await runExternal('bd', ['sync'], call);
  // Newer versions write by themselves and do not know the command.
  if (synced.kind === 'failed' && !/unknown command/i.test(synced.said)) sentences.push(`bd sync: ${synced.reason}.`);
  return sentences;
}

const byHand = (why: string, commands: readonly BdCommand[]) => [`${why} By hand, in this order:`, ...commands.map(typed)];
