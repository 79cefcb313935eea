import { agentStates } from '../../src/domain/monitor/judge';
import { needsAttention } from '../../src/domain/monitor/health';
import { alarmOf, type Agent } from './watchedBatch';

const verdicts = ['well', ...agentStates.filter(needsAttention)] as const;
type Verdict = (typeof verdicts)[number];

/** What the monitor made of an agent: the first thing that was the matter; `mixed` when it was said to be several things. */
export type Found = { readonly agent: Agent; readonly verdict: string; readonly right: boolean };

export function found(agent: Agent): Found {
  const alarms = agent.seen.filter(({ state }) => needsAttention(state));
  const states = [...new Set(alarms.map(({ state }) => state))];
  const verdict = states.length === 0 ? 'well' : states.length === 1 ? (states[0] ?? '') : `mixed: ${states.join(', ')}`;
  const { verdict: wanted, reason } = agent.planted;
  const isExplained = reason === undefined || alarms.some(alarm => reason.test(alarm.reason));
  return { agent, verdict, right: verdict === wanted && isExplained };
}

/** Rows: what was planted. Columns: what the monitor said. Then both kinds of errors. */
export function confusionMatrix(all: readonly Found[]): string {
  const width = Math.max(...all.map(({ agent }) => agent.planted.what.length)) + 2;
  const columns: readonly (Verdict | 'mixed')[] = [...verdicts, 'mixed'];
  const head = `${''.padEnd(width)}${columns.map(column => column.padStart(9)).join('')}`;
  const names = [...new Set(all.map(({ agent }) => agent.planted.what))];
  const rows = names.map(name => {
    const mine = all.filter(({ agent }) => agent.planted.what === name);
    const cells = columns.map(column => {
      const count = mine.filter(({ verdict }) => verdict === column || (column === 'mixed' && verdict.startsWith('mixed'))).length;
      const isWanted = mine.some(({ agent }) => agent.planted.verdict === column);
      return (count === 0 && !isWanted ? '·' : isWanted ? `[${count}]` : String(count)).padStart(9);
    });
    return `${name.padEnd(width)}${cells.join('')}`;
  });
  const missed = all.filter(({ agent, right }) => !right && agent.planted.verdict !== 'well');
  const alarms = all.filter(({ agent, right }) => !right && agent.planted.verdict === 'well');
  return [head, ...rows, '', `faults missed or taken for others: ${missed.length}, healthy agents suspected: ${alarms.length}`].join('\n');
}

/** Everything that was said of an agent, for whoever has to find out why it was wrong. */
export function storyOf({ agent, verdict }: Found): string {
  const began = agent.seen[0]?.at ?? 0;
  const lines = agent.seen.map(({ state, reason, at }) => `    ${((at - began) / 1000).toFixed(1).padStart(6)}s ${state}: ${reason}`);
  const first = alarmOf(agent);
  return [
    `${agent.task} ${agent.planted.what}: ${verdict}, should be ${agent.planted.verdict}${first ? ` (${first.reason})` : ''}`,
    ...lines,
  ].join('\n');
}
