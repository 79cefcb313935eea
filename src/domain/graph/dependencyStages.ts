import { stateOf, type DependencyState } from './dependencyState';
import { dependenciesAmong, dependenciesOf, type Dependencies, type Dependency } from './dependencies';
import { criticalPath, graphOrder } from './graphOrder';
import { plannedThreads, readiness, type ThreadReadiness } from './readiness';
import type { StageNode, ThreadNode } from '../tree/nodes';

/** A thread among those it waits for. */
export type DependencyRow = {
  readonly thread: ThreadNode;
  /** From 0; undefined in a circle, and behind one. */
  readonly level: number | undefined;
  readonly state: DependencyState;
  readonly waits: ThreadReadiness['waits'];
  /** All that it waits for, of other stages too. */
  readonly needs: readonly Dependency[];
};

/** Who waits for whom in a stage, as things stand now. */
export type DependencyStage = {
  readonly stage: StageNode;
  /** By level, then in the order of the plan. */
  readonly rows: readonly DependencyRow[];
  /** What its threads wait for of each other. */
  readonly dependencies: Dependencies;
  readonly levels: ReadonlyMap<string, number>;
  /** The heaviest chain: the stage takes no less. */
  readonly chain: readonly string[];
  readonly circles: readonly (readonly string[])[];
};

/** The stages that have threads, of all those of a workstream; `only` shows one of them. */
export function dependencyStages(stages: readonly StageNode[], only?: string): readonly DependencyStage[] {
  const all = dependenciesOf(stages);
  const known = new Map(readiness(stages).map(each => [each.thread.id, each]));
  return stages
    .filter(stage => (only === undefined || stage.id === only) && plannedThreads([stage]).length > 0)
    .map(stage => {
      const threads = plannedThreads([stage]);
      const dependencies = dependenciesAmong(all, new Set(threads.map(({ id }) => id)));
      const { levels, circles } = graphOrder(dependencies);
      const rows = threads
        .map((thread): DependencyRow => {
          const { id } = thread;
          return {
            thread,
            level: levels.get(id),
            state: stateOf(thread, known.get(id)),
            waits: known.get(id)?.waits ?? [],
            needs: all.get(id) ?? [],
          };
        })
        .sort((left, right) => (left.level ?? Infinity) - (right.level ?? Infinity) || 0);
      const chain = criticalPath(dependencies, id => Math.max(1, threads.find(thread => thread.id === id)?.tasks.length ?? 1));
      return { stage, rows, dependencies, levels, chain, circles };
    });
}
