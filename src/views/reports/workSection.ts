import { formatDuration } from '../../common/duration';
import type { Translate } from '../../common/translate';
import { mergeStory, type MergeStep } from '../../domain/reports/mergeStory';
import { isUnmerged } from '../../domain/merge/unmerged';
import { batchesOf } from '../../domain/reports/reportInput';
import { countText, effortOf, timeOf } from '../../domain/reports/reportMetrics';
import type { MarkKind } from '../../domain/reports/runTimeline';
import type { BatchNode, TaskNode, ThreadNode } from '../../domain/tree/nodes';
import { rowState, stateWord } from '../../domain/tree/rowState';
import { html, type Html } from './html';
import { paragraphs, words } from './markdownHtml';
import { commitLink, fold, rowLink, tableHead, time } from './pageParts';
import { icon, stateBadge } from './pageIcons';
import { markShapes } from './timelinePicture';
import type { PageView } from './pageView';

/** What was done: batch by batch, thread by thread, task by task, with what each opens. */
export function workSection(view: PageView): Html {
  const { subject } = view.report;
  const batches = batchesOf(subject);
  const folds = isLong(view) && foldButtons(view.t);
  const content = batches.map(batch => (subject.kind === 'batch' ? threadsOf(batch, view) : batchBlock(batch, view)));
  return fold({ id: 'work', title: view.t('Work'), level: 2 }, html`${folds}${content}`);
}

function batchBlock(batch: BatchNode, view: PageView): Html {
  const title = html`<span class="id">${batch.id}</span> ${words(batch.name)}`;
  const isFolded = isLong(view) && isSettled(batch);
  return fold({ id: `batch-${batch.id}`, title, level: 3, note: countText(batch.counts), isFolded }, threadsOf(batch, view));
}

/** Of more tasks than these, only the batches are open in which something is left to do, and the threads at work or waiting for somebody. */
const mostOpenTasks = 20;

const isLong = ({ report }: PageView) => report.subject.counts.total > mostOpenTasks;

/** The page's script obeys these by itself. */
const foldButtons = (t: Translate) =>
  html`<p class="folds">
    <button type="button" class="link" data-folds="open">${t('Unfold All Threads')}</button>
    <button type="button" class="link" data-folds="close">${t('Fold All Threads')}</button>
  </p>`;

/** Nothing in it waits for anybody or goes on. */
function isSettled({ status, threads }: BatchNode): boolean {
  return (
    status === 'completed' && threads.every(thread => !isUnmerged(thread.merge) && thread.tasks.every(({ asks }) => asks.length === 0))
  );
}

/** Nobody has to look at it now: it is done, or has not begun. */
const isQuiet = ({ running, status, merge, asks, tasks }: ThreadNode): boolean =>
  !running &&
  status !== 'blocked' &&
  status !== 'in_progress' &&
  !isUnmerged(merge) &&
  asks.length === 0 &&
  tasks.every(task => task.asks.length === 0);

const threadsOf = (batch: BatchNode, view: PageView) => html`${batch.threads.map(thread => threadBlock(thread, view))}`;

function threadBlock(thread: ThreadNode, view: PageView): Html {
  const { id, name, tasks, counts } = thread;
  const { t } = view;
  const state = rowState(thread);
  const title = html`<span class="id">${id}</span> ${words(name)}`;
  const heading = view.report.subject.kind === 'batch' ? html`<h3>${title}</h3>` : html`<h4>${title}</h4>`;
  const badge = stateBadge(state, stateWord(state.icon, t));
  const links = [
    ...(hasSession(tasks) ? [rowLink(view, 'session', id, t('Session'), 'terminal')] : []),
    ...(tasks.some(task => task.attempts.some(({ commit }) => commit !== undefined))
      ? [rowLink(view, 'changes', id, t('Changes'), 'changes')]
      : []),
  ];
  return html`<details ${!(isLong(view) && isQuiet(thread)) && html`open`} class="thread" id="thread-${id}">
    <summary>${heading} ${badge}<span class="count">${countText(counts)}</span></summary>
    <div class="section">
      ${links.length > 0 && html`<span class="links">${links}</span>`}
      <ol class="tasks">
        ${tasks.map(task => taskRow(task, view))}
      </ol>
      ${mergeLines(thread, view)}${attemptsFold(thread, t)}
    </div>
  </details>`;
}

function taskRow(task: TaskNode, view: PageView): Html {
  const { id, name, report, attempts, agent } = task;
  const { t, worktrees } = view;
  const state = rowState(task);
  const { cost, time: took } = effortOf([task]);
  const changed = new Set(attempts.flatMap(({ changes }) => changes?.map(({ path }) => path) ?? [])).size;
  const isOnDisk = attempts.some(({ worktree }) => worktree !== undefined && worktrees.has(worktree));
  const meta = [
    `@${agent}`,
    ...(attempts.length > 1 ? [t('{0} attempts', attempts.length)] : []),
    ...(took === undefined ? [] : [formatDuration(took)]),
    ...(cost === undefined ? [] : [`$${cost.toFixed(2)}`]),
    ...(changed === 0 ? [] : [changed === 1 ? t('1 file') : t('{0} files', changed)]),
  ];
  return html`<li class="task" id="task-${id}">
    ${stateBadge(state, stateWord(state.icon, t), true)}
    <div class="what">
      <div class="row">
        <span class="name">${words(name)}</span
        ><span class="links">
          ${attempts.length > 0 && attempts.some(({ commit }) => commit !== undefined) && rowLink(view, 'changes', id, t('Changes'), 'changes')}
          ${isOnDisk && rowLink(view, 'worktree', id, t('Worktree'), 'window')}
        </span>
      </div>
      ${report !== undefined && report.trim() !== '' && html`<blockquote class="said">${paragraphs(report)}</blockquote>`}
      <p class="meta"><span class="id">${id}</span>${meta.map(fact => html`<span>${fact}</span>`)}</p>
    </div>
  </li>`;
}

/** How the thread's work came in, and what was in its way. */
function mergeLines(thread: ThreadNode, { report, t }: PageView): Html {
  const story = mergeStory(report.events ?? [], thread.id).filter(
    ({ kind }, index, all) => kind !== 'merge.rejected' || all[index + 1]?.kind !== 'merge.returned', // it gives the same reason
  );
  if (story.length === 0) return html``;
  return html`<ul class="merging" aria-label="${t('Merging')}">
    ${story.map(step => mergeLine(step, t))}
  </ul>`;
}

function mergeLine(step: MergeStep, t: Translate): Html {
  const [kind, said] = stepWords(step, t);
  return html`<li><span class="mark ${kind}">${icon(markShapes[kind])}</span><span>${said} ${time(step.at)}</span></li>`;
}

function stepWords(step: MergeStep, t: Translate): readonly [MarkKind, Html] {
  switch (step.kind) {
    case 'merge.conflicted':
      return ['conflict', html`${t('Conflict in {0}.', step.files.join(', '))}`];
    case 'merge.rejected':
      return ['held', html`${t('Not merged:')} ${words(step.reason)}`];
    case 'merge.returned':
      return ['returned', html`${t('Sent back to its agent ({0}):', step.number)} ${words(step.reason)}`];
    case 'resolution.opened':
      return ['conflict', html`${t('Taken up by hand: {0}', step.files.join(', '))}`];
    case 'merge.resolved': {
      const files = step.files.map(({ path }) => path).join(', ');
      return ['landed', html`${step.by === 'rule' ? t('Resolved by rule: {0}', files) : t('Resolved by hand: {0}', files)}`];
    }
    case 'merge.landed':
      return ['landed', html`${t('Merged into {0} as', step.branch)} ${commitLink(step.commit, t)}`];
    case 'merge.empty':
      return ['landed', html`${t('It changed nothing.')}`];
  }
}

function attemptsFold({ id, tasks }: ThreadNode, t: Translate): Html {
  const attempts = tasks.flatMap(task => task.attempts);
  if (attempts.length === 0) return html``;
  const rows = attempts.map(attempt => {
    const { outcome, reason, model, agent, cost, commit, startedAt } = attempt;
    const took = timeOf(attempt);
    return html`<tr>
      <th scope="row" class="id">${attempt.id}</th>
      <td>${outcome ?? t('running')}${reason !== undefined && html`: ${words(reason)}`}</td>
      <td>@${agent}</td>
      <td>${model ?? t('default')}</td>
      <td>${time(startedAt)}</td>
      <td class="number">${took === undefined ? '' : formatDuration(took)}</td>
      <td class="number">${cost === undefined ? '' : `$${cost.toFixed(2)}`}</td>
      <td>${commit !== undefined && commitLink(commit, t)}</td>
    </tr>`;
  });
  const heads = [t('Attempt'), t('Outcome'), t('Agent'), t('Model'), t('Began'), t('Time'), t('Cost'), t('Commit')];
  return html`<details class="small" id="attempts-${id}">
    <summary>${attempts.length === 1 ? t('1 attempt') : t('{0} attempts', attempts.length)}</summary>
    <div class="wide" tabindex="0" role="region" aria-label="${t('Attempts of {0}', id)}">
      <table>
        ${tableHead(heads)}
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
}

const hasSession = (tasks: readonly TaskNode[]) => tasks.some(task => task.attempts.some(({ session }) => session !== undefined));
