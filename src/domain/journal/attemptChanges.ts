import type { JournalEvent } from './events';
import { sessionOf } from './effectChanges';
import type { AttemptState, JournalState } from './journalState';
import { optional, pick, type Put } from './stateChange';

type AttemptEvent = Extract<
  JournalEvent,
  {
    kind:
      | 'attempt.started'
      | 'attempt.decided'
      | 'attempt.finished'
      | 'attempt.resumed'
      | 'attempt.paused'
      | 'attempt.judged'
      | 'attempt.changed'
      | 'attempt.messaged';
  }
>;

/** What an event of an attempt changes: nothing when the attempt never began. */
export function attemptChanges(state: JournalState, event: AttemptEvent, put: Put): Partial<JournalState> {
  switch (event.kind) {
    case 'attempt.started':
      return { attempts: put(state.attempts, event.attempt, startedAttempt(state, event)) };
    case 'attempt.decided': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt || attempt.finishedAt !== undefined) return {};
      const { was, reason, report, commit, cause } = event;
      const decided = { ...pick(event, 'outcome', 'status', 'next', 'at'), ...optional({ was, reason, report, commit, cause }) };
      return { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, decided }) };
    }
    case 'attempt.finished': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt) return {};
      const { outcome, reason, commit, report, cost, tokens, turns, at } = event;
      const { paused: _, ...rest } = attempt;
      const finished = { ...rest, outcome, finishedAt: at, ...optional({ reason, commit, report, cost, tokens, turns }) };
      return { attempts: put<AttemptState>(state.attempts, event.attempt, finished) };
    }
    case 'attempt.resumed': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt) return {};
      const { health: _, ...unjudged } = attempt; // what an earlier driver saw is over
      return { attempts: put<AttemptState>(state.attempts, event.attempt, unjudged) };
    }
    case 'attempt.paused': {
      const attempt = state.attempts.get(event.attempt);
      return attempt ? { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, paused: event.reason }) } : {};
    }
    case 'attempt.judged': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt) return {};
      const health = pick(event, 'state', 'since', 'reason');
      return { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, health }) };
    }
    case 'attempt.changed': {
      const attempt = state.attempts.get(event.attempt);
      return attempt ? { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, changes: event.files }) } : {};
    }
    case 'attempt.messaged': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt || event.about === undefined) return {};
      return { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, asked: true }) };
    }
  }
}

function startedAttempt(state: JournalState, event: Extract<JournalEvent, { kind: 'attempt.started' }>): AttemptState {
  const { attempt: id, at, worktree, branch, resumes, message } = event;
  const session = sessionOf(state, id);
  return {
    id,
    ...pick(event, 'task', 'thread', 'run', 'number', 'record', 'agent', 'model', 'base'),
    startedAt: at,
    ...optional({ worktree, branch, resumes, message, session }),
  };
}
