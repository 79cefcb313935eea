import { dependencyLevels } from '../graph/dependencyLevels';

/** Names of groups (folders, epics) that are worked on at once, and what is in them. */
export type StageGroup<T> = { readonly groups: readonly string[]; readonly members: readonly T[] };

/**
 * Makes stages of groups. Stages follow one another and each ends at a gate, so a group comes later only where something in it needs
 * another group; groups that need nothing of one another share a stage. Groups that need each other leave no order: all is one stage.
 * Members keep their order, groups that of their first members.
 * @param needsOf gives members
 */
export function stageGroups<T>(
  members: readonly T[],
  groupOf: (member: T) => string,
  needsOf: (member: T) => readonly T[],
): readonly StageGroup<T>[] {
  const groups = new Map<string, Set<string>>();
  for (const member of members) {
    const own = groupOf(member);
    const needed = groups.get(own) ?? new Set();
    groups.set(own, needed);
    for (const other of needsOf(member)) if (groupOf(other) !== own) needed.add(groupOf(other));
  }
  const names = [...groups.keys()];
  const { levels, cycle } = dependencyLevels(names, name => [...(groups.get(name) ?? [])]);
  return (cycle ? [names] : levels).map(level => ({ groups: level, members: members.filter(member => level.includes(groupOf(member))) }));
}
