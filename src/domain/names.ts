import { oneLine } from '../common/text';
import { parseId } from './ids';

/**
 * The one place that builds every name with `work` or a task id in it. Nothing parses these names back:
 * the journal knows which worktree and branch belong to which attempt.
 */

/** Only the merge queue moves it; it is checked out nowhere. */
export const integrationBranch = (streamId: string) => `work/${streamId}`;

/** The same branch on a git command line: `work/001-name` alone could also mean the folder of that name. */
export const integrationRevision = (streamId: string) => `heads/${integrationBranch(streamId)}`;

const dashed = (taskId: string) => (parseId(taskId) ? taskId.replaceAll('.', '-') : taskId.replace(/[^A-Za-z0-9_-]/g, '-'));

/** `task-01-01-01-01-<ms>`: the folder of one attempt's worktree. */
export const worktreeName = (taskId: string, startedAt: number) => `task-${dashed(taskId)}-${startedAt}`;

/** `task/01-01-01-01-<ms>`: the branch of one attempt. */
export const taskBranch = (taskId: string, startedAt: number) => `task/${dashed(taskId)}-${startedAt}`;

/** The worktree or clone of an issue that works on a branch of its own: the same for all its attempts. */
export const assignedWorktreeName = (streamId: string, issue: number) => `ws-${issue}-${streamId}`;

/** The branch that the opencode server makes with a worktree of that name; it puts a word behind a name that is taken. */
export const serverBranch = (worktree: string) => `opencode/${worktree}`;

/** Keeps a merge candidate's commit from being collected until the integration branch holds it. */
export const candidateRef = (streamId: string, threadId: string) => `refs/work/candidates/${streamId}/${threadId}`;

/** All snapshots of worktrees are below it. */
export const snapshotRefs = 'refs/work/snapshots';

/** The n-th snapshot of a task's worktree; names of other worktrees are made fit for a ref. */
export const snapshotRef = (streamId: string, taskId: string, number: number) =>
  `${snapshotRefs}/${refComponent(streamId)}/${refComponent(taskId)}/${number}`;

/** As one component of a ref: git forbids some characters, dots in some places, and `.lock` at the end. */
const refComponent = (name: string) =>
  name
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/\.(?=\.|$|lock$)/g, '-')
    .replace(/^\./, '-') || '-';

/** The worktree whose detached HEAD carries candidates while they are validated. */
export const integrationWorktreeName = (streamId: string) => `integration-${streamId}`;

export const attemptId = (taskId: string, attempt: number) => `${taskId}#${attempt}`;

/** `Thread 01.01.01: API`, and in task isolation `Thread 01.01.01: API (01.01.01.02)`. */
export const sessionTitle = (threadId: string, threadName: string, taskId?: string) =>
  `Thread ${threadId}: ${oneLine(threadName)}${taskId === undefined ? '' : ` (${taskId})`}`;

/** What a thread is called that the plan gives no name. */
export const unnamedThread = (threadId: string) => `Thread ${threadId}`;

export const terminalName = (threadId: string, threadName: string) => `${oneLine(threadName)} · ${threadId}`;

/** An implicit task of a thread that the plan gave none. */
export const implicitTaskId = (threadId: string) => `${threadId}.01`;

/** The worktree in which a person resolves the conflicts of a thread's merge, for the `number`-th time. */
export const resolutionWorktreeName = (streamId: string, threadId: string, number: number) =>
  `resolve-${streamId}-${dashed(threadId)}-${number}`;

/** Keeps what a person resolved from being collected while it waits for a second resolution. */
export const resolutionRef = (streamId: string, threadId: string) => `refs/work/resolutions/${streamId}/${threadId}`;
