import { stripControl, truncate } from '../../common/text';
import type { Outcome } from '../outcome';
import type { TaskStatus } from '../taskStatus';

/** What a session left when it stopped. */
export type AttemptEvidence = {
  /** The task's state in `tasks.json` after the session stopped. */
  readonly task: { readonly status: TaskStatus; readonly report?: string | undefined };
  readonly sessionError?: { readonly name: string; readonly message: string } | undefined;
  /** The last thing the agent said. */
  readonly lastText: string;
  /** The agent was already asked for the missing report. */
  readonly asked: boolean;
  /** Something about git that makes the work unusable, as a sentence. */
  readonly gitProblem?: string | undefined;
  /** Why the agent left its task in order, as its last commit says. */
  readonly safeExit?: string | undefined;
  /** A limit ended it, as a sentence. */
  readonly limit?: string | undefined;
};

export type Decision =
  | { readonly kind: 'ask' }
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      readonly status: TaskStatus;
      readonly report: string | undefined;
      readonly reason: string | undefined;
    };

/**
 * How an attempt ended, by evidence in this order: what git shows, what was reported, by a tool or by a commit of a *Safe Exit*, what the
 * session's error says.
 * An agent that stops without a report is asked once; then its task is blocked, with its last paragraph offered as the report.
 */
export function decideOutcome(evidence: AttemptEvidence): Decision {
  const { task, sessionError, gitProblem } = evidence;
  if (gitProblem !== undefined) return failed(gitProblem);
  if (task.status === 'completed') {
    return { kind: 'ended', outcome: 'completed', status: 'completed', report: task.report, reason: undefined };
  }
  if (task.status === 'cancelled') {
    return { kind: 'ended', outcome: 'cancelled', status: 'cancelled', report: task.report, reason: undefined };
  }
  if (task.status === 'blocked') return { kind: 'ended', outcome: 'blocked', status: 'blocked', report: task.report, reason: task.report };
  if (evidence.safeExit !== undefined) {
    return { kind: 'ended', outcome: 'blocked', status: 'blocked', report: evidence.safeExit, reason: evidence.safeExit };
  }
  if (evidence.limit !== undefined) return failed(evidence.limit);
  if (sessionError) return failed(`${sessionError.name}: ${sessionError.message}`);
  if (!evidence.asked) return { kind: 'ask' };
  const last = lastParagraph(evidence.lastText);
  const reason = 'The agent stopped without a report.';
  return { kind: 'ended', outcome: 'blocked', status: 'blocked', report: last === '' ? reason : `${reason} It last said: ${last}`, reason };
}

/** A task that failed is blocked, with a report that says so; the five states of `tasks.json` have no `failed`. */
export function failed(reason: string): Decision & { readonly kind: 'ended' } {
  const sentence = truncate(stripControl(reason).trim(), 600);
  return { kind: 'ended', outcome: 'failed', status: 'blocked', report: `Failed: ${sentence}`, reason: sentence };
}

function lastParagraph(text: string): string {
  const paragraphs = text.split(/\n\s*\n/).map(paragraph => paragraph.trim());
  return truncate(stripControl(paragraphs.findLast(paragraph => paragraph !== '') ?? '').replace(/\s+/g, ' '), 400);
}
