import * as vscode from 'vscode';
import { formatDuration } from '../common/duration';
import { truncate } from '../common/text';
import { waitWords } from '../domain/graph/waitWords';
import type { DeliveryState } from '../domain/delivery/delivery';
import type { AttemptState } from '../domain/journal/journalState';
import type { StageReview } from '../domain/review/stageVerdict';
import type { Counts, PlanNode, TaskNode, ThreadNode } from '../domain/tree/nodes';
import { agentIcons, stateWord } from '../domain/tree/rowState';
import { foreseenWords, reviewWords } from '../domain/tree/rows';
import { nodeHealth } from '../domain/tree/taskHealth';
import type { PlanElement } from './planElements';

/** What there is to know about a row, as Markdown; made when somebody points at it. Text from files is never taken for Markdown. */
export function planTooltip(element: PlanElement): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  switch (element.kind) {
    case 'folder':
      return paragraph(markdown, element.root);
    case 'problem':
      return paragraph(paragraph(markdown, element.problem.message), element.problem.file);
    case 'node':
      heading(markdown, element.node);
      details(markdown, element.node);
      return markdown;
  }
}

function details(markdown: vscode.MarkdownString, node: PlanNode): void {
  health(markdown, node);
  switch (node.kind) {
    case 'stage':
      paragraph(markdown, progress(node.counts));
      if (node.atGate) paragraph(markdown, vscode.l10n.t('Every task is done: read the stage report and approve the stage.'));
      if (node.review) reviewDetails(markdown, node.review);
      if (node.delivery) deliveryDetails(markdown, node.delivery);
      break;
    case 'batch':
      paragraph(markdown, node.summary);
      paragraph(markdown, progress(node.counts));
      break;
    case 'thread':
      threadDetails(markdown, node);
      break;
    case 'task':
      taskDetails(markdown, node);
      break;
  }
}

function reviewDetails(markdown: vscode.MarkdownString, { agent, verdict, text, at }: StageReview): void {
  fact(markdown, `@${agent}`, `${reviewWords(verdict, vscode.l10n.t)} (${localTime(at)})`);
  paragraph(markdown.appendMarkdown('\n'), truncate(text, 600));
}

function deliveryDetails(markdown: vscode.MarkdownString, delivery: DeliveryState): void {
  switch (delivery.state) {
    case 'delivered':
      fact(markdown, vscode.l10n.t('Delivered to'), `${delivery.branch}, ${delivery.commit.slice(0, 10)} (${localTime(delivery.at)})`);
      break;
    case 'refused':
      paragraph(markdown, delivery.reason);
      for (const file of delivery.files) markdown.appendMarkdown('- ').appendText(file).appendMarkdown('\n');
      break;
    case 'undone':
      paragraph(markdown, vscode.l10n.t('Its delivery was undone: {0} is back at {1}.', delivery.branch, delivery.commit.slice(0, 10)));
      break;
  }
}

/** What the agents do, the one that needs somebody first, and since when. */
function health(markdown: vscode.MarkdownString, node: PlanNode): void {
  const found = nodeHealth(node);
  if (!found) return;
  const word = stateWord(agentIcons[found.state], vscode.l10n.t);
  paragraph(
    markdown,
    vscode.l10n.t('{0} since {1}: {2}', word, new Date(found.since).toLocaleTimeString(vscode.env.language), found.reason),
  );
}

function threadDetails(markdown: vscode.MarkdownString, thread: ThreadNode): void {
  paragraph(markdown, thread.summary);
  paragraph(markdown, progress(thread.counts));
  if (thread.reason !== undefined) paragraph(markdown, thread.reason);
  if (thread.wait?.kind === 'held') paragraph(markdown, vscode.l10n.t('Waits for files: {0}', thread.wait.reason));
  if (thread.wait?.kind === 'waits') paragraph(markdown, waitWords(thread.wait.reasons, vscode.l10n.t).join(', '));
  if (thread.dependsOn !== undefined) {
    fact(markdown, vscode.l10n.t('Depends on'), thread.dependsOn.length === 0 ? vscode.l10n.t('nothing') : thread.dependsOn.join(', '));
  }
  if (thread.files.length > 0) fact(markdown, vscode.l10n.t('Files'), thread.files.join(', '));
  for (const words of foreseenWords(thread, vscode.l10n.t)) fact(markdown, vscode.l10n.t('May conflict'), words);
  for (const { path, until } of thread.reserved) {
    fact(
      markdown,
      vscode.l10n.t('Reserved'),
      vscode.l10n.t('{0} (until {1})', path, new Date(until).toLocaleTimeString(vscode.env.language)),
    );
  }
  for (const { subject, body } of thread.mail) fact(markdown, vscode.l10n.t('Message'), truncate(`${subject}: ${body}`, 600));
  if (thread.merge?.state === 'landed') {
    fact(markdown, vscode.l10n.t('Merged'), `${thread.merge.commit.slice(0, 10)} → ${thread.merge.branch}`);
  }
  if (thread.merge?.state === 'empty') paragraph(markdown, vscode.l10n.t('The thread changed nothing.'));
  if (thread.merge?.state === 'conflicted') {
    fact(markdown, vscode.l10n.t('Conflict'), `${thread.merge.ours} ↔ ${thread.merge.theirs}`);
    for (const file of thread.merge.files) markdown.appendMarkdown('- ').appendText(file).appendMarkdown('\n');
  }
  if (thread.merge?.state === 'rejected') fact(markdown, vscode.l10n.t('Not merged'), thread.merge.reason);
  asksOf(markdown, thread.asks.length);
  fact(markdown, vscode.l10n.t('Agent'), `@${thread.agent}`);
  fact(markdown, vscode.l10n.t('Prompt'), thread.promptPath);
}

function taskDetails(markdown: vscode.MarkdownString, task: TaskNode): void {
  if (task.report !== undefined) paragraph(markdown, task.report);
  asksOf(markdown, task.asks.length);
  fact(markdown, vscode.l10n.t('Agent'), `@${task.agent}`);
  if (task.breadcrumb !== undefined) fact(markdown, vscode.l10n.t('Last seen'), task.breadcrumb);
  if (task.updatedAt !== undefined) fact(markdown, vscode.l10n.t('Changed'), localTime(task.updatedAt));
  for (const attempt of task.attempts) attemptDetails(markdown, attempt);
}

function attemptDetails(markdown: vscode.MarkdownString, attempt: AttemptState): void {
  markdown.appendMarkdown('\n---\n\n'); // right below a line it would make that line a heading
  const took =
    attempt.finishedAt === undefined ? '' : ` (${formatDuration(Date.parse(attempt.finishedAt) - Date.parse(attempt.startedAt))})`;
  fact(markdown, vscode.l10n.t('Attempt {0}', attempt.number), `${attempt.outcome ?? vscode.l10n.t('running')}${took}`);
  if (attempt.reason !== undefined) paragraph(markdown, attempt.reason);
  fact(markdown, vscode.l10n.t('Started'), localTime(attempt.startedAt));
  if (attempt.model !== null) fact(markdown, vscode.l10n.t('Model'), attempt.model);
  if (attempt.session !== undefined) fact(markdown, vscode.l10n.t('Session'), attempt.session);
  if (attempt.branch !== undefined) fact(markdown, vscode.l10n.t('Branch'), attempt.branch);
  if (attempt.commit !== undefined) fact(markdown, vscode.l10n.t('Commit'), attempt.commit.slice(0, 10));
  if (attempt.cost !== undefined) fact(markdown, vscode.l10n.t('Cost'), `$${attempt.cost.toFixed(2)}`);
}

function heading(markdown: vscode.MarkdownString, { id, name }: PlanNode): void {
  markdown.appendMarkdown('**').appendText(`${id} ${name}`).appendMarkdown('**\n\n');
}

function paragraph(markdown: vscode.MarkdownString, text: string): vscode.MarkdownString {
  return text.trim() === '' ? markdown : markdown.appendText(text).appendMarkdown('\n\n');
}

function fact(markdown: vscode.MarkdownString, name: string, value: string): void {
  markdown.appendMarkdown(`${name}: `).appendText(value).appendMarkdown('  \n');
}

function asksOf(markdown: vscode.MarkdownString, asks: number): void {
  if (asks > 0) paragraph(markdown, vscode.l10n.t('Waits for your answer.'));
}

function progress({ total, completed, cancelled, blocked, inProgress }: Counts): string {
  return [
    vscode.l10n.t('{0} of {1} tasks completed', completed, total),
    ...(cancelled > 0 ? [vscode.l10n.t('{0} cancelled', cancelled)] : []),
    ...(inProgress > 0 ? [vscode.l10n.t('{0} in progress', inProgress)] : []),
    ...(blocked > 0 ? [vscode.l10n.t('{0} blocked', blocked)] : []),
  ].join(', ');
}

const localTime = (iso: string) => new Date(iso).toLocaleString(vscode.env.language);
