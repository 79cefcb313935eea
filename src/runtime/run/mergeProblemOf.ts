import { redCommand } from '../../domain/merge/validation';
import type { JournalState, MergeState } from '../../domain/journal/journalState';
import { integrationBranch } from '../../domain/names';
import type { MergeProblem, OtherSide } from '../agent/mergeProblem';
import type { Git } from '../git/git';
import type { RunContext } from './runContext';

/** Why a thread's work could not be merged when that was tried last, with what its agent needs to repair it. */
export async function mergeProblemOf(context: RunContext, threadId: string): Promise<MergeProblem | undefined> {
  const { state } = context.journal;
  const branch = integrationBranch(context.streamId);
  const merge = state.threads.get(threadId)?.merge;
  if (merge?.state === 'conflicted') {
    return { kind: 'conflict', branch, files: merge.files, others: await othersIn(context, merge) };
  }
  if (merge?.state !== 'rejected') return undefined;
  const red = redCommand(state.validations.findLast(({ commit }) => commit === merge.commit)?.commands ?? []);
  return { kind: 'red', branch, end: merge.reason, tail: red?.tail ?? '' };
}

/** The threads that brought the other side's changes to the files in conflict. */
async function othersIn(context: RunContext, { files, ours, theirs }: MergeState & { state: 'conflicted' }): Promise<readonly OtherSide[]> {
  const { git, journal, streamId } = context;
  const tasks = await context.files.readTasks(streamId);
  const others: OtherSide[] = [];
  for (const { thread, commit, before } of landedThreads(journal.state)) {
    if (!(await git.isAncestor(commit, ours)) || (await git.isAncestor(commit, theirs))) continue;
    if (!(await changesAny(git, before, commit, files))) continue;
    const own = tasks.filter(({ id }) => id.startsWith(`${thread}.`));
    others.push({ thread, name: own[0]?.thread_name ?? '', reports: own.flatMap(({ report }) => report ?? []) });
  }
  return others;
}

function landedThreads({ threads }: JournalState): readonly { thread: string; commit: string; before: string }[] {
  return [...threads.values()].flatMap(({ thread, merge }) =>
    merge?.state === 'landed' ? [{ thread, commit: merge.commit, before: merge.before }] : [],
  );
}

async function changesAny(git: Git, before: string, after: string, files: readonly string[]): Promise<boolean> {
  const paths = files.map(file => `:(top,literal)${file}`);
  const { exitCode } = await git.run(['diff', '--quiet', before, after, '--', ...paths], { allowExit: [1] });
  return exitCode === 1;
}
