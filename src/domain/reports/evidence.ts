import { formatDuration } from '../../common/duration';
import { codeBlock, count, stripControl } from '../../common/text';
import type { AttemptState, ResolvedState, ReturnState, ValidationState } from '../journal/journalState';
import { flakyCommands, flakySentence } from '../merge/flaky';
import { isUnmerged, unmergedReason } from '../merge/unmerged';
import { isGreen, redCommand, type CommandResult } from '../merge/validation';
import type { JournalEvent } from '../journal/events';
import type { TaskNode, ThreadNode } from '../tree/nodes';
import { conflictEnd, conflictsOf, mergeStory } from './mergeStory';
import { codeCell, codeSpan, headingText, inline, paragraph, tableCell } from './reportMarkdown';
import { timeOf } from './reportMetrics';

/**
 * What stands behind a report, thread by thread: how its work came in, every attempt, what the project's checks said,
 * and what was sent back and how that ended; `review`: what an agent said of all of it. Nothing of threads that this program did not run.
 */
export function evidenceLines(
  threads: readonly ThreadNode[],
  events: readonly JournalEvent[],
  review: readonly string[] = [],
): readonly string[] {
  const run = threads.filter(({ tasks }) => tasks.some(({ attempts }) => attempts.length > 0));
  return run.length === 0 ? [] : ['## Evidence', '', ...review, ...run.flatMap(thread => threadEvidence(thread, events))];
}

function threadEvidence(thread: ThreadNode, events: readonly JournalEvent[]): readonly string[] {
  const { id, name, tasks, validations, returns, resolved } = thread;
  return [
    `### Thread ${id}: ${headingText(name)}`,
    '',
    mergeSentence(thread),
    '',
    ...attemptTable(tasks.flatMap(({ attempts }) => attempts)),
    '',
    ...validationTable(validations),
    ...conflictLines(thread, events),
    ...returnLines(returns, tasks),
    ...resolvedLines(resolved),
    ...diagnosedLines(id, events),
  ];
}

function conflictLines({ id }: ThreadNode, events: readonly JournalEvent[]): readonly string[] {
  const conflicts = conflictsOf(mergeStory(events, id));
  if (conflicts.length === 0) return [];
  return [
    'Merge conflicts:',
    '',
    ...conflicts.map(conflict => `- ${conflict.at}: ${conflict.files.map(codeSpan).join(', ')}. ${inline(conflictEnd(conflict))}`),
    '',
  ];
}

function mergeSentence({ merge, counts }: ThreadNode): string {
  if (isUnmerged(merge)) return inline(`Not merged: ${unmergedReason(merge)}.`);
  switch (merge?.state) {
    case 'landed':
      return `Merged into ${codeSpan(merge.branch)} as ${codeSpan(merge.commit.slice(0, 10))} at ${merge.at}.`;
    case 'empty':
      return 'The thread changed nothing.';
    case undefined:
      return counts.completed + counts.cancelled === counts.total ? 'Not merged.' : 'Not finished, and not merged.';
  }
}

function attemptTable(attempts: readonly AttemptState[]): readonly string[] {
  return [
    '| Attempt | Agent | Model | Began | Time | Outcome | Cost | Commit |',
    '|---------|-------|-------|-------|------|---------|------|--------|',
    ...attempts.map(attempt => {
      const { id, agent, model, startedAt, outcome, reason, cost, commit } = attempt;
      const time = timeOf(attempt);
      const cells = [
        id,
        `@${agent}`,
        model ?? 'default',
        startedAt,
        time === undefined ? '' : formatDuration(time),
        `${outcome ?? 'running'}${reason === undefined ? '' : `: ${reason}`}`,
        cost === undefined ? '' : `$${cost.toFixed(2)}`,
      ];
      return `| ${cells.map(tableCell).join(' | ')} | ${commit === undefined ? '' : codeCell(commit.slice(0, 10))} |`;
    }),
  ];
}

function validationTable(validations: readonly ValidationState[]): readonly string[] {
  if (validations.length === 0) return [];
  const rows = validations.flatMap(({ commit, commands, confirms }) =>
    commands.map(command => {
      const result = `${resultWord(command)}${confirms === true ? ' (checked again)' : ''}`;
      const cells = [codeCell(commit.slice(0, 10)), codeCell(command.command), result, formatDuration(command.duration)];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  return [
    '| Merged Tree | Command | Result | Time |',
    '|-------------|---------|--------|------|',
    ...rows,
    '',
    ...flakyCommands(validations).flatMap(flaky => [paragraph(flakySentence(flaky)), '']),
    ...validations.flatMap(({ commit, commands }) => redOutput(commit, redCommand(commands))),
  ];
}

function resultWord({ exitCode, timedOut, ...rest }: CommandResult): string {
  if (isGreen({ exitCode, timedOut })) return 'passed (exit code 0)';
  if (timedOut) return 'stopped at its time limit';
  return exitCode === null ? `not run: ${tableCell(rest.tail)}` : `exit code ${exitCode}`;
}

/** The end of what a red command said; `output` is where all of it is. */
function redOutput(commit: string, red: CommandResult | undefined): readonly string[] {
  const text = stripControl(red?.tail ?? '').trim();
  if (!red || text === '') return [];
  return [
    `The end of what ${codeSpan(red.command)} said of ${codeSpan(commit.slice(0, 10))} (all of it: ${codeSpan(red.output)}):`,
    '',
    codeBlock(text),
    '',
  ];
}

function returnLines(returns: readonly ReturnState[], tasks: readonly TaskNode[]): readonly string[] {
  if (returns.length === 0) return [];
  const attempts = tasks.flatMap(task => task.attempts);
  return [
    'Sent back to its agent:',
    '',
    ...returns.map(({ reason, attempt, task }) => {
      const own = attempts.filter(candidate => candidate.task === task);
      const next = own[own.findIndex(({ id }) => id === attempt) + 1];
      return `- ${paragraph(`${reason} ${answer(next)}`)}`;
    }),
    '',
  ];
}

/** What VS Code's language services reported of the merged files: evidence that decided nothing. */
function diagnosedLines(thread: string, events: readonly JournalEvent[]): readonly string[] {
  const told = events.flatMap(event => (event.kind === 'merge.diagnosed' && event.threads.includes(thread) ? [event] : []));
  if (told.length === 0) return [];
  const lines = told.flatMap(({ commit, looked, errors, found }) => [
    `- ${codeSpan(commit.slice(0, 10))}: ${found === 0 ? 'no error' : count(found, 'error')} in ${count(looked, 'file')}${found > 0 ? ':' : '.'}`,
    ...errors.map(({ file, line, message, source }) => {
      const by = source === undefined ? '' : ` (${source})`;
      return `  - ${codeSpan(`${file}:${line}`)} ${inline(`${message}${by}`)}`;
    }),
  ]);
  return ['Reported by language services, for information:', '', ...lines, ''];
}

/** Conflicts that ended without an agent. */
function resolvedLines(resolved: readonly ResolvedState[]): readonly string[] {
  if (resolved.length === 0) return [];
  const lines = resolved.flatMap(({ by, commit, files }) =>
    files.map(({ path, rule }) => {
      const how = by === 'hand' ? 'by hand' : `by rule: ${rule ?? 'unknown'}`;
      return `- ${codeSpan(path)} ${how} (${codeSpan(commit.slice(0, 10))})`;
    }),
  );
  return ['Resolved without an agent:', '', ...lines, ''];
}

function answer(next: AttemptState | undefined): string {
  if (!next) return 'Nobody began on it again.';
  if (next.outcome === undefined) return `Attempt ${next.id} is at it.`;
  return `Attempt ${next.id} ended ${next.outcome}${next.report === undefined ? '.' : `: ${next.report}`}`;
}
