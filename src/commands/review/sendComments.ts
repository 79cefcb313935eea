import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { ancestorId, isWithin } from '../../domain/ids';
import { isDraft, messageOf, threadOf, type ReviewComment } from '../../domain/review/reviewComments';
import { isDone } from '../../domain/taskStatus';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { ReviewError } from '../../runtime/review/reviewError';
import type { CarryingRun } from '../../runtime/review/deliverComments';
import type { OwnedComment } from '../../views/review/reviewComments';
import type { CommandServices, RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { runFlow } from '../runFlow';

/** `2 drafts` */
export const draftCount = (drafts: number) => (drafts === 1 ? vscode.l10n.t('1 draft') : vscode.l10n.t('{0} drafts', drafts));

type Review = {
  readonly root: string;
  readonly stream: WorkstreamSnapshot;
  readonly node: string;
  readonly drafts: readonly OwnedComment[];
};

/** Sends all drafts of a review to the thread's agent as one message; of a review of several threads, each agent gets its own. */
export const registerSendComments: RegisterCommand = services =>
  registerCommand(CommandId.sendComments, services, async argument => {
    const review = await pickDrafts(services, argument);
    if (!review) return;
    for (const [thread, drafts] of await byThread(review)) await send(services, review, thread, drafts);
  });

async function pickDrafts(services: CommandServices, argument: unknown): Promise<Review | undefined> {
  await services.comments.refresh();
  const reviews = new Map<string, Review>();
  for (const owned of services.comments.all.filter(({ comment }) => isDraft(comment))) {
    const { root, stream: id, comment } = owned;
    const stream = services.plans.repositories.find(repository => repository.root === root)?.stream;
    if (stream?.id !== id) continue;
    const key = JSON.stringify([root, id, comment.node]);
    reviews.set(key, { root, stream, node: comment.node, drafts: [...(reviews.get(key)?.drafts ?? []), owned] });
  }
  const given = services.comments.find(argument)?.owned.comment.id;
  const meant = [...reviews.values()].find(({ drafts }) => drafts.some(({ comment }) => comment.id === given));
  if (meant) return meant;
  const [first, second] = [...reviews.values()];
  if (!first) void vscode.window.showInformationMessage(vscode.l10n.t('There is no draft to send.'));
  if (!second) return first;
  const items = [...reviews.values()].map(review => ({
    label: review.node,
    description: draftCount(review.drafts.length),
    review,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose the review whose drafts to send') }))?.review;
}

async function byThread({ stream, node, drafts }: Review): Promise<ReadonlyMap<ThreadNode, readonly OwnedComment[]>> {
  const found = new Map<ThreadNode, OwnedComment[]>();
  for (const draft of drafts) {
    const thread = threadOf(stream, draft.comment) ?? (await askThread(stream, node, draft));
    if (thread) found.set(thread, [...(found.get(thread) ?? []), draft]);
  }
  return found;
}

async function askThread(stream: WorkstreamSnapshot, node: string, { comment }: OwnedComment): Promise<ThreadNode | undefined> {
  const threads = stream.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const items = threads
    .filter(({ id }) => node === stream.id || isWithin(id, node))
    .map(thread => ({ label: `${thread.id} ${thread.name}`, thread }));
  const placeHolder = vscode.l10n.t('No thread of these changed {0}. Whose agent is the comment for?', comment.path);
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.thread;
}

async function send(services: CommandServices, review: Review, thread: ThreadNode, drafts: readonly OwnedComment[]): Promise<void> {
  const { root, stream } = review;
  const { reviews } = services.runtime.repository(root);
  const comments = drafts.map(({ comment }) => comment);
  let run: CarryingRun | undefined;
  try {
    run = await reviews.deliver(
      stream,
      thread,
      comments.map(({ id }) => id),
    );
  } catch (error) {
    if (!(error instanceof ReviewError) || error.reason !== 'no-agent') throw error;
    await offerOtherWays(services, error.message, review, thread, comments);
    return;
  } finally {
    await services.comments.refresh();
  }
  if (!run) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The agent of {0} has your comments.', `${thread.id} ${thread.name}`));
    return;
  }
  await carry(services, root, stream, thread, run);
  await services.comments.refresh();
}

/** The agent goes on in its session and worktree; a task that was done is open again. */
async function carry(
  services: CommandServices,
  root: string,
  snapshot: WorkstreamSnapshot,
  thread: ThreadNode,
  run: CarryingRun,
): Promise<void> {
  const { reviews, actions } = services.runtime.repository(root);
  const { task, message } = run;
  const was = thread.tasks.find(({ id }) => id === task)?.status;
  const isReopened = was !== undefined && isDone(was);
  const isCarried = await reviews.carry(snapshot.id, run, async () => {
    if (isReopened) await actions.setTaskStatus(snapshot.id, task, { status: 'pending' });
    await runFlow(services, { root, snapshot, batch: ancestorId(task, 'batch'), only: [task], goOn: { task, message } });
  });
  if (isReopened && !isCarried) await actions.setTaskStatus(snapshot.id, task, { status: was });
}

/** What an agent whose worktree is gone can no longer do, a fix in the plan can. */
async function offerOtherWays(
  { drafts }: CommandServices,
  why: string,
  { root, stream }: Review,
  thread: ThreadNode,
  comments: readonly ReviewComment[],
): Promise<void> {
  const text = messageOf(comments);
  const requestChanges = vscode.l10n.t('Request Changes');
  const copy = vscode.l10n.t('Copy');
  const chosen = await vscode.window.showWarningMessage(why, requestChanges, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(text);
  if (chosen !== requestChanges) return;
  const stage = ancestorId(thread.id, 'stage');
  const target = { root, stream: stream.id, stage };
  const { what, ...begun } = drafts.get(target);
  drafts.set(target, { ...begun, what: [what.trim(), text].filter(each => each !== '').join('\n\n') });
  await vscode.commands.executeCommand(CommandId.requestChanges, { root, node: { id: stage } });
}
