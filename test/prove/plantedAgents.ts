import type { AgentState } from '../../src/domain/monitor/judge';
import type { Random } from '../support/random';
import { reporting } from '../support/runHarness';

/** What a planted agent does, and what the monitor has to say of it: a state that somebody should look at, or that all is `well`. */
export type Planted = {
  readonly what: string;
  readonly verdict: AgentState | 'well';
  /** What the reason must say. */
  readonly reason?: RegExp;
  /** Its turns, without the healthy ones before and the report after; before, where its last words are what was planted. */
  readonly turns: (random: Random) => string;
  readonly last?: true;
};

const times = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n');
const slowStream = (random: Random) =>
  `[[pace ${random(1500, 4000)}]]\n[[stream ${times(12, index => `word${index} |`).replaceAll('\n', '')}]]`;
const slowTool = (random: Random) =>
  `[[bash for n in ${times(20, String).replaceAll('\n', ' ')}; do echo tick $n; sleep ${random(10, 20) / 10}; done]]`;

/** Agents of whom something is the matter, each in its own way, and two who are only slow. */
export const plantedAgents: readonly Planted[] = [
  { what: 'no response head', verdict: 'stalled', reason: /not begun to answer/, turns: () => '[[gate]]\n[[say late]]' },
  { what: 'head, then silence', verdict: 'stalled', reason: /not begun to answer/, turns: () => '[[hang]]' },
  { what: 'stop in mid-token', verdict: 'stalled', reason: /middle of its answer/, turns: () => '[[tell I look at the fi]]\n[[hang]]' },
  { what: 'tool never returns', verdict: 'stalled', reason: /bash: sleep 3600 has been silent/, turns: () => '[[bash sleep 3600]]' },
  { what: 'unanswered ask', verdict: 'waiting', reason: /waits for an answer/, turns: () => '[[bash cd /usr && ls]]' }, // outside of its worktree
  { what: 'same call for ever', verdict: 'looping', reason: /same call/, turns: () => times(150, () => '[[bash echo again]]') },
  {
    what: 'failures for ever',
    verdict: 'looping',
    reason: /calls failed/,
    turns: () => times(150, index => `[[tool read {"filePath":"missing${index}.txt"}]]`),
  },
  // opencode gives a model up at the sixth refusal in a row, and waits as long as each tells it to
  {
    what: '429 waves',
    verdict: 'well',
    turns: random =>
      times(2, index => `[[status 429 ${random(2, 5)} wait=${random(2000, 5000)} | slow down]]\n[[bash echo wave ${index}]]`),
  },
  { what: 'slow stream', verdict: 'well', turns: slowStream, last: true },
  { what: 'slow tool', verdict: 'well', turns: slowTool },
];

/** Agents in whose middle the server stops or dies: they stream slowly, so that there is a middle. */
export const slowAgents: readonly Planted[] = [
  { what: 'slow stream', verdict: 'well', turns: slowStream, last: true },
  { what: 'slow tool', verdict: 'well', turns: slowTool },
];

/** A few healthy calls at random times, what was planted, and the report. */
export function scriptOf(planted: Planted, task: string, random: Random): { label: string; directives: string } {
  const before = times(random(1, 4), index => `[[bash sleep ${random(1, 15) / 10}; echo step ${index}]]`);
  const turns = planted.turns(random);
  const rest = planted.last ? [reporting(task), turns] : [turns, reporting(task), '[[say Done.]]'];
  return { label: task, directives: [before, ...rest].join('\n') };
}
