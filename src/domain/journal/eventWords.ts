import { amount, budgetSentence } from '../run/budget';
import { limitWords } from '../run/adaptiveLimit';
import { count, oneLine, truncate } from '../../common/text';
import type { FollowUp } from '../run/retryPolicy';
import { commandEnd, redCommand } from '../merge/validation';
import { verdictWords } from '../review/stageVerdict';
import type { EffectKind, JournalEvent, JsonValue } from './events';

/** What an event says, with its evidence, in one line of readable text; names and texts of others lose what could steer a reader. */
export function describeEvent(event: JournalEvent): string {
  return truncate(oneLine(sentence(event)), 600);
}

const words: Readonly<Record<EffectKind, string>> = {
  worktree: 'worktree',
  setup: 'setup command',
  session: 'agent session',
  prompt: 'prompt',
  step: 'step of the recipe',
  commit: 'commit of the work',
  snapshot: 'snapshot',
  merge: 'merge',
  delivery: 'delivery',
  removal: 'removal',
};

const followUpWords: Readonly<Record<FollowUp, string>> = {
  nextModel: ', its agent’s next model is tried',
  again: ', it is tried again',
  leave: '',
};

const budgetSettingWords = { turns: 'turns', cost: 'dollars' } as const;

function sentence(event: JournalEvent): string {
  switch (event.kind) {
    case 'run.started': {
      const { threads, isolation, base, branch, only } = event;
      const part = only ? `, only ${only.join(', ')}` : '';
      return `run began: ${count(threads.length, 'thread')} (${threads.join(', ')})${part}, isolation ${isolation}, from ${short(base)} (${branch ?? 'detached HEAD'})`;
    }
    case 'run.resumed':
      return 'run goes on with this driver';
    case 'run.finished':
      return `run ended ${event.outcome}: ${list('merged', event.merged)}; ${list('blocked', event.blocked)}`;
    case 'thread.started':
      return 'thread began';
    case 'thread.finished':
      return `thread ended ${event.outcome}${because(event.reason)}`;
    case 'thread.held':
      return event.reason === null ? 'thread has its files' : `thread waits${because(event.reason)}`;
    case 'thread.unreachable':
      return `thread does not begin${because(event.reason)}`;
    case 'attempt.started': {
      const { number, agent, model, base, branch, worktree } = event;
      const place = worktree === undefined ? 'in the checkout' : `in ${worktree} on ${branch ?? 'no branch'}`;
      return `attempt ${number} began: agent ${agent}, model ${model ?? 'default'}, from ${short(base)} ${place}`;
    }
    case 'attempt.resumed':
      return `attempt goes on: ${event.reason}${event.cut === null ? '' : `; cut off was ${event.cut}`}`;
    case 'attempt.decided': {
      const { outcome, status, reason, next } = event;
      return `attempt ends ${outcome}${because(reason)}: its task becomes ${status}${followUpWords[next]}`;
    }
    case 'attempt.finished': {
      const { outcome, reason, commit, report, cost, tokens, turns } = event;
      const spent = tokens
        ? `, ${tokens.input + tokens.cacheRead + tokens.cacheWrite} tokens in, ${tokens.output + tokens.reasoning} out`
        : '';
      const taken = turns === undefined ? '' : `, ${count(turns, 'turn')}`;
      const made = commit === undefined ? ', nothing committed' : `, commit ${short(commit)}`;
      const price = cost === undefined ? '' : `, cost ${cost}`;
      return `attempt ended ${outcome}${because(reason)}${made}${price}${taken}${spent}${report === undefined ? '' : `; report: ${report}`}`;
    }
    case 'attempt.paused':
      return `agent stopped in its turn${because(event.reason)}`;
    case 'attempt.judged':
      return `is ${event.state} since ${event.since}${because(event.reason)}`;
    case 'attempt.changed':
      return `changed ${count(new Set(event.files.map(({ path }) => path)).size, 'file')}`;
    case 'attempt.stepped':
      return `no progress: ${event.step}${because(event.reason)}`;
    case 'attempt.messaged':
      return `message from ${event.by}: ${event.text}`;
    case 'task.reported':
      return `task set to ${event.status} by ${event.by}${event.report === undefined ? '' : `; report: ${event.report}`}`;
    case 'file.changed':
      return foreignChange(event);
    case 'merge.landed':
      return `merged into ${event.branch}: ${short(event.before)} → ${short(event.commit)}`;
    case 'merge.empty':
      return `nothing to merge into ${event.branch}`;
    case 'merge.conflicted':
      return `merge conflict in ${event.files.join(', ')} (${short(event.ours)} and ${short(event.theirs)})`;
    case 'merge.validated': {
      const red = redCommand(event.commands);
      const verdict = red ? `red: ${commandEnd(red)}` : `green: ${count(event.commands.length, 'command')}`;
      const whose = event.threads.length === 0 ? '' : ` of ${event.threads.join(', ')}`;
      return `candidate ${short(event.commit)}${whose} is ${verdict}${event.confirms === true ? (red ? ' again' : ' this time: the red command is flaky') : ''}`;
    }
    case 'conflicts.foreseen': {
      const pairs = event.conflicts.map(
        ({ thread, other, files }) => `${thread} with ${other ?? 'the integration branch'} in ${files.join(', ')}`,
      );
      return pairs.length === 0 ? 'no conflicts are foreseen any longer' : `conflicts are foreseen: ${pairs.join('; ')}`;
    }
    case 'merge.returned':
      return `sent back to the agent of ${event.task} (${event.number})${because(event.reason)}`;
    case 'merge.rejected':
      return `not merged, candidate ${short(event.commit)}${because(event.reason)}`;
    case 'merge.diagnosed': {
      const [first] = event.errors;
      const where = first ? `, the first in ${first.file}:${first.line}: ${first.message}` : '';
      return `language services report ${count(event.found, 'error')} in ${count(event.looked, 'file')} of ${short(event.commit)}${where}`;
    }
    case 'merge.resolved': {
      const names = event.files.map(({ path, rule }) => (rule === undefined ? path : `${path} (${rule})`)).join(', ');
      return `conflicts resolved by ${event.by}: ${names}`;
    }
    case 'resolution.opened':
      return `resolved by hand in ${event.worktree} (${event.number}): ${event.files.join(', ')}`;
    case 'resolution.closed':
      return `resolution by hand ${event.number} ended: ${event.how}`;
    case 'integration.updated':
      return `${event.branch}: ${event.before === null ? 'made at' : `${short(event.before)} →`} ${short(event.after)}${because(event.reason)}`;
    case 'stage.approved':
      return `stage approved by ${event.by}`;
    case 'stage.revoked':
      return `approval taken back by ${event.by}${because(event.reason)}`;
    case 'plan.populated':
      return `@${event.agent} was asked what ${event.threads.join(', ')} ${event.threads.length === 1 ? 'leaves' : 'leave'} open: ${event.found.length === 0 ? 'nothing usable' : `answered for ${event.found.join(', ')}`}`;
    case 'stage.reviewed':
      return `reviewed by @${event.agent} at ${short(event.tip)}: ${verdictWords(event.verdict)}${event.text === '' ? '' : `; ${event.text}`}`;
    case 'stage.delivered':
      return event.before === event.commit
        ? `delivered: ${event.branch} had everything already, at ${short(event.commit)}`
        : `delivered to ${event.branch}: ${short(event.before)} → ${short(event.commit)}`;
    case 'delivery.refused': {
      const what = event.action === 'deliver' ? 'not delivered' : 'delivery not undone';
      return `${what}${event.halfWay ? ', half of it is there' : ''}${because(event.reason)}`;
    }
    case 'delivery.undone':
      return `delivery undone: ${event.branch} is back at ${short(event.commit)}`;
    case 'plan.approved':
      return `plan approved by ${event.by}, as ${short(event.hash)}`;
    case 'plan.revoked':
      return `approval of the plan taken back by ${event.by}${because(event.reason)}`;
    case 'limit.changed':
      return limitWords(event);
    case 'budget.warned':
      return `budget nearly spent: ${budgetSentence(event)}`;
    case 'budget.reached':
      return `budget reached: ${budgetSentence(event)}`;
    case 'budget.answered': {
      const { answer, limit, by, budget } = event;
      const said = { goOn: 'go on without a limit', stop: 'stop', raise: `raised to ${amount(budget, limit ?? 0)}` }[answer];
      return `budget of ${budgetSettingWords[budget]}: ${said}, for this run, by ${by}`;
    }
    case 'effect.intended':
      return `${words[event.effect]} intended${facts(event.intent)}`;
    case 'effect.done':
      return `${words[event.effect]} done${facts(event.evidence)}`;
    case 'effect.failed':
      return `${words[event.effect]} failed${because(event.reason)}`;
  }
}

/** Blames nobody: all that is known is who was at work. */
export function foreignChange({ file, attempts }: { readonly file: string; readonly attempts: readonly string[] }): string {
  const meanwhile = attempts.length === 0 ? '' : ` while ${attempts.join(', ')} ${attempts.length === 1 ? 'was' : 'were'} at work`;
  return `${file} was changed by something other than Workstreams${meanwhile}. Nothing of it was undone: look at what it says now`;
}

const short = (commit: string) => (/^[0-9a-f]{12,}$/.test(commit) ? commit.slice(0, 10) : commit);
const because = (reason: string | undefined) => (reason === undefined ? '' : ` (${truncate(oneLine(reason), 200)})`);
const list = (what: string, ids: readonly string[]) => (ids.length === 0 ? `none ${what}` : `${what} ${ids.join(', ')}`);

/** The simple values of an intent or of evidence: `: path …, branch …`. */
function facts(value: JsonValue): string {
  if (value === null) return '';
  if (typeof value !== 'object') return `: ${fact(value)}`;
  const known = Object.entries(value).flatMap(([name, each]) =>
    each === null || typeof each === 'object' ? [] : [Array.isArray(value) ? fact(each) : `${name} ${fact(each)}`],
  );
  return known.length === 0 ? '' : `: ${known.join(', ')}`;
}

function fact(value: string | number | boolean): string {
  return short(truncate(oneLine(String(value)), 120));
}
