import { oneLine, truncate } from '../../common/text';
import type { ThreadNode } from './nodes';

const longest = 200;

/** Why a thread does not go on: what its run said, else what the agents of its blocked tasks reported; none when nobody said. */
export function blockedWords({ reason, tasks }: Pick<ThreadNode, 'reason' | 'tasks'>): readonly string[] {
  const said = reason === undefined ? tasks.flatMap(({ status, report }) => (status === 'blocked' ? (report ?? []) : [])) : [reason];
  return said.map(words => truncate(oneLine(words), longest));
}
