import { oneLine } from '../../common/text';
import { untranslated } from '../../common/translate';
import { doneCount } from '../status/counts';
import type { FileProblem, PlanNode, WorkstreamSnapshot } from './nodes';
import { childrenOf } from './nodeChildren';
import { rowState, type IconKey } from './rowState';
import { treeRow } from './rows';
import { streamWord } from './streamWord';

const signs: Readonly<Record<IconKey, string>> = {
  pending: '○',
  inProgress: '◐',
  running: '▶',
  paused: '‖',
  waiting: '◌',
  working: '▶',
  thinking: '…',
  looping: '↻',
  stalled: '!',
  dead: '†',
  unknown: '¿',
  completed: '✓',
  toMerge: '⇢',
  merged: '✓',
  blocked: '✗',
  conflict: '✗',
  mayConflict: '≠',
  rejected: '✗',
  cancelled: '−',
  asking: '?',
  budget: '?',
  escalated: '!',
  gate: '◇',
  approved: '✓',
  delivered: '✓',
  undelivered: '◇',
};

/** A workstream as lines of text for a terminal, ended by a newline: the tree, then what is next and what is wrong. */
export function drawTree(stream: WorkstreamSnapshot): string {
  const status = streamWord(stream.status, untranslated);
  const lines = [
    `${stream.id} · ${oneLine(stream.title)} · ${status} · ${stream.percent}% (${doneCount(stream.counts)}/${stream.counts.total} tasks)`,
    ...drawLevel(stream.stages, ''),
    '',
    ...(stream.readOnly === undefined ? [] : [stream.readOnly]),
    nextLine(stream),
    ...(stream.planModifiedSinceApproval ? ['The plan was modified since it was approved.'] : []),
    ...stream.diagnostics.map(({ severity, line, message }) => `${severity}: PLAN.md:${line}: ${oneLine(message)}`),
    ...stream.problems.map(problemLine),
  ];
  return `${lines.join('\n')}\n`;
}

/** `error: tasks.json:3: …` */
function problemLine({ severity, file, line, message }: FileProblem): string {
  return `${severity}: ${oneLine(file)}${line === undefined ? '' : `:${line}`}: ${oneLine(message)}`;
}

function drawLevel(nodes: readonly PlanNode[], indent: string): readonly string[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const { label, description } = treeRow(node, untranslated);
    const row = `${indent}${isLast ? '└─' : '├─'} ${signs[rowState(node).icon]} ${label}  ${description}`.trimEnd();
    return [row, ...drawLevel(childrenOf(node), `${indent}${isLast ? '   ' : '│  '}`)];
  });
}

function nextLine({ nextBatch, counts, stages }: WorkstreamSnapshot): string {
  if (nextBatch !== null) return `Next batch: ${nextBatch}`;
  if (stages.length === 0) return 'PLAN.md has no stages yet.';
  return counts.total === 0 ? 'PLAN.md has no threads yet.' : 'All batches are complete!';
}
