import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { untranslated } from '../common/translate';
import { childrenOf } from '../domain/tree/nodeChildren';
import type { FileProblem, PlanNode, RepositorySnapshot, WorkstreamSnapshot } from '../domain/tree/nodes';
import { treeRow, type RowContext } from '../domain/tree/rows';

export type FolderElement = {
  readonly kind: 'folder';
  readonly key: string;
  readonly root: string;
  readonly repository: RepositorySnapshot;
};
export type NodeElement = {
  readonly kind: 'node';
  readonly key: string;
  readonly root: string;
  readonly stream: string;
  readonly node: PlanNode;
  readonly context: RowContext;
};
export type ProblemElement = { readonly kind: 'problem'; readonly key: string; readonly root: string; readonly problem: FileProblem };

/** A row of the tree, and what a command is given when it is invoked on that row. The object stays the same while its row exists. */
export type PlanElement = FolderElement | NodeElement | ProblemElement;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** `drawn`: what the row shows; `told`: what its tooltip says besides. */
type Facts = { readonly drawn: string; readonly told: string };
type Entry = { element: PlanElement; parent: Entry | undefined; children: readonly Entry[]; facts: Facts };

/** The rows of the tree, kept in step with the snapshots. */
export class PlanElements {
  private entries = new Map<string, Entry>();
  private rootEntries: readonly Entry[] = [];
  private paused = false;
  /** Rows whose tooltip VS Code keeps until they are drawn again. */
  private readonly explained = new WeakSet<PlanElement>();

  get roots(): readonly PlanElement[] {
    return this.rootEntries.map(({ element }) => element);
  }

  children(element: PlanElement): readonly PlanElement[] {
    return this.entries.get(element.key)?.children.map(child => child.element) ?? [];
  }

  parent(element: PlanElement): PlanElement | undefined {
    return this.entries.get(element.key)?.parent?.element;
  }

  has(element: PlanElement): boolean {
    return this.entries.get(element.key)?.element === element;
  }

  /** The row of a stage, batch, thread or task; the first one when the plan gives its id twice. */
  find(root: string, id: string): NodeElement | undefined {
    for (const { element } of this.entries.values()) {
      if (element.kind === 'node' && element.root === root && element.node.id === id) return element;
    }
    return undefined;
  }

  /** Notes that the row's tooltip was made. */
  explain(element: PlanElement): void {
    this.explained.add(element);
  }

  /**
   * Takes over new snapshots. Returns the rows to draw again, or `all` when the first level itself changed. Drawing a row
   * draws all below it too and takes the buttons from under the mouse: a row that would look as before is not among them,
   * unless somebody read a tooltip of it that is no longer true.
   */
  update(repositories: readonly RepositorySnapshot[], paused = false): 'all' | readonly PlanElement[] {
    const before = this.entries;
    const rootsBefore = this.rootEntries;
    this.entries = new Map();
    this.paused = paused;
    const [only] = repositories;
    this.rootEntries =
      repositories.length === 1 && only
        ? this.contents(only, undefined, before)
        : repositories.map(repository => this.folder(repository, before));
    if (keys(rootsBefore) !== keys(this.rootEntries)) return 'all';
    return [...this.entries.values()]
      .filter(entry => {
        const old = before.get(entry.element.key);
        if (old === undefined) return false; // its parent is there
        const { facts, element } = entry;
        const isStale = this.explained.has(element) && old.facts.told !== facts.told;
        return isStale || old.facts.drawn !== facts.drawn || keys(old.children) !== keys(entry.children);
      })
      .map(({ element }) => {
        this.explained.delete(element);
        return element;
      });
  }

  private folder(repository: RepositorySnapshot, before: ReadonlyMap<string, Entry>): Entry {
    const { root, stream, hasWork } = repository;
    const entry = this.entry(before, { kind: 'folder', key: root, root, repository }, undefined, {
      drawn: JSON.stringify([stream?.name, hasWork]),
      told: '',
    });
    entry.children = this.contents(repository, entry, before);
    return entry;
  }

  private contents(repository: RepositorySnapshot, parent: Entry | undefined, before: ReadonlyMap<string, Entry>): readonly Entry[] {
    const { root, stream } = repository;
    const problems = [...repository.problems, ...(stream?.problems ?? []), ...planErrors(repository)];
    return [
      ...problems.map((problem, index) =>
        this.entry(before, { kind: 'problem', key: `${root}|problem ${index}`, root, problem }, parent, {
          drawn: JSON.stringify(problem),
          told: '',
        }),
      ),
      ...(stream ? this.stages(repository.root, stream, parent, before) : []),
    ];
  }

  private stages(
    root: string,
    stream: WorkstreamSnapshot,
    parent: Entry | undefined,
    before: ReadonlyMap<string, Entry>,
  ): readonly Entry[] {
    const context: RowContext = { nextBatch: stream.nextBatch, readOnly: stream.readOnly !== undefined, paused: this.paused };
    const add = (node: PlanNode, above: Entry | undefined): Entry => {
      const key = this.freeKey(`${root}|${stream.id}|${node.id}`);
      const old = before.get(key);
      const facts = old && isSame(old.element, node, context) ? old.facts : factsOf(node, context);
      const entry = this.entry(before, { kind: 'node', key, root, stream: stream.id, node, context }, above, facts);
      entry.children = childrenOf(node).map(child => add(child, entry));
      return entry;
    };
    return stream.stages.map(stage => add(stage, parent));
  }

  private entry(before: ReadonlyMap<string, Entry>, element: PlanElement, parent: Entry | undefined, facts: Facts): Entry {
    const old = before.get(element.key)?.element;
    const kept = old?.kind === element.kind ? Object.assign(old as Mutable<PlanElement>, element) : element;
    const entry: Entry = { element: kept, parent, children: [], facts };
    this.entries.set(element.key, entry);
    return entry;
  }

  /** A plan may give an id twice; a tree must not. */
  private freeKey(key: string): string {
    let free = key;
    for (let number = 2; this.entries.has(free); number++) free = `${key} (${number})`;
    return free;
  }
}

const keys = (entries: readonly Entry[]) => entries.map(({ element }) => element.key).join('\n');

/** Neither knows where the node stands in the plan; what is below it counts as far as the row's icon and words tell of it. */
const factsOf = (node: PlanNode, context: RowContext): Facts => ({
  drawn: JSON.stringify(treeRow(node, untranslated, context)),
  told: JSON.stringify(node, (key, value: unknown) => (['batches', 'threads', 'tasks', 'line'].includes(key) ? undefined : value)),
});

const isSame = (element: PlanElement, node: PlanNode, context: RowContext) =>
  element.kind === 'node' && element.node === node && isDeepStrictEqual(element.context, context);

/** Warnings stand in the Problems view alone. */
function planErrors({ stream }: RepositorySnapshot): readonly FileProblem[] {
  if (!stream) return [];
  return stream.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, line, column, severity }) => ({
      file: path.join(stream.folder, 'PLAN.md'),
      severity,
      message,
      line,
      ...(column === undefined ? {} : { column }),
    }));
}
