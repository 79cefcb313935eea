import { formatDuration } from '../../common/duration';
import type { Age, Doing, Evidence, TalkEvidence, ToolCall } from './evidence';
import { findLoop } from './looping';
import type { Thresholds } from './thresholds';

/** What an agent does, as far as evidence tells. */
export const agentStates = ['working', 'thinking', 'waiting', 'looping', 'stalled', 'dead', 'unknown'] as const;
export type AgentState = (typeof agentStates)[number];

export type Judgement = {
  readonly state: AgentState;
  /** How long it has been so. */
  readonly age: Age;
  /** A sentence without the age, so that it stays the same while nothing changes. */
  readonly reason: string;
};

/**
 * Turns evidence into a state. What cannot be asked is unknown; who waits for a person is neither stalled nor looping; a tool
 * whose output grows, a stream with tokens and a silent tool whose process lives are at work until their limits.
 */
export function judge(evidence: Evidence, thresholds: Thresholds): Judgement {
  if (evidence.phase === 'talking') return judgeTalk(evidence, thresholds);
  const { age, phase } = evidence;
  const what = phase === 'preparing' ? 'Its worktree and session are being made.' : 'Its work is being committed.';
  return age < thresholds.preparing ? working(age, what) : stalled(age, `${what} This takes more than ${span(thresholds.preparing)}.`);
}

function judgeTalk(evidence: TalkEvidence, thresholds: Thresholds): Judgement {
  const { server, session, ask, doing, calls } = evidence;
  if (server.gone) return { state: 'dead', age: server.age, reason: 'The opencode server ended.' };
  if (server.age >= thresholds.server) {
    return { state: 'unknown', age: server.age, reason: `The opencode server has not answered for ${span(thresholds.server)}.` };
  }
  if (session === 'gone') return { state: 'dead', age: doing.age, reason: 'Its session was deleted.' };
  if (ask) return { state: 'waiting', age: ask.age, reason: `It waits for an answer: ${ask.title}.` };
  const loop = findLoop(calls, thresholds);
  if (loop) return { state: 'looping', ...loop };
  const judgement = judgeDoing(doing, thresholds);
  if (judgement.state === 'stalled' || server.unheard < thresholds.server) return judgement;
  const reason = `The opencode server is late: for ${span(thresholds.server)} its agents could not be heard.`;
  return { state: 'unknown', age: server.unheard, reason };
}

function judgeDoing(doing: Doing, thresholds: Thresholds): Judgement {
  const { age } = doing;
  const { model, composing, refused } = thresholds;
  switch (doing.kind) {
    case 'asked':
      if (age < model) return { state: 'thinking', age, reason: 'The model was asked and has not begun to answer.' };
      return stalled(age, `The model has not begun to answer within ${span(model)}.`);
    case 'answering':
      if (age < model) return working(age, 'The model is answering.');
      return stalled(age, `The model stopped in the middle of its answer: nothing for ${span(model)}.`);
    case 'composing':
      if (age < composing) return working(age, `The model writes the input of a call: ${doing.tool}.`);
      return stalled(age, `The model stopped in the middle of a call of ${doing.tool}: nothing for ${span(composing)}.`);
    case 'tool':
      return judgeTool(doing, thresholds);
    case 'refused': {
      const said = `The provider turned the request down (${doing.message}).`;
      if (doing.overdue >= model) return stalled(age, `${said} opencode did not ask again when it should have.`);
      if (age >= refused) return stalled(age, `${said} It has done so for ${span(refused)}.`);
      return { state: 'thinking', age, reason: `${said} opencode asks again.` };
    }
    case 'idle':
      if (age < model) return working(age, 'Its turn has ended.');
      return stalled(age, 'Its session does nothing, and its turn has no end.');
  }
}

function judgeTool({ call, age, silent, process }: ToolCall, { model, tool }: Thresholds): Judgement {
  if (silent < model) return working(age, `It runs ${call}.`);
  if (process === 'gone') return stalled(silent, `The process of ${call} is gone, and the call has not returned.`);
  if (silent >= tool) return stalled(silent, `${call} has been silent for ${span(tool)}.`);
  const alive = process === 'alive' ? 'its process is alive' : `it may be so for ${span(tool)}`;
  return working(age, `It runs ${call}, silent for more than ${span(model)}: ${alive}.`);
}

const working = (age: Age, reason: string): Judgement => ({ state: 'working', age, reason });
const stalled = (age: Age, reason: string): Judgement => ({ state: 'stalled', age, reason });
const span = (age: Age) => formatDuration(Math.max(age, 1000));
