import { untranslated } from '../../common/translate';
import type { CoordinatedBy, CoordinatedWorktree } from '../../domain/coordinator/coordinatorState';
import type { DeletedWorktree, RepositoryWorktrees, WorktreeFacts } from '../../domain/worktrees/worktreeFacts';
import { deletedRow, worktreeRow } from '../../domain/worktrees/worktreeRow';

type Base = { readonly key: string; readonly root: string };
export type RepositoryElement = Base & { readonly kind: 'repository' };
export type WorktreeRowElement = Base & {
  readonly kind: 'worktree';
  readonly worktree: WorktreeFacts;
  /** Bytes, once somebody measured. */
  readonly size: number | undefined;
};
export type DeletedGroupElement = Base & { readonly kind: 'deleted'; readonly count: number; readonly unmerged: number };
export type SnapshotElement = Base & { readonly kind: 'snapshot'; readonly deleted: DeletedWorktree };
export type CoordinatorGroupElement = Base & { readonly kind: 'coordinator'; readonly tool: string; readonly count: number };
/** A worktree with its session, as another coordinator keeps it: shown, never changed. */
export type CoordinatedElement = Base & { readonly kind: 'coordinated'; readonly entry: CoordinatedWorktree };
export type ListProblemElement = Base & { readonly kind: 'problem'; readonly message: string };

/** A row of the Worktrees view, and what a command is given on it. The object stays the same while its row exists. */
export type WorktreeElement =
  | RepositoryElement
  | WorktreeRowElement
  | DeletedGroupElement
  | SnapshotElement
  | CoordinatorGroupElement
  | CoordinatedElement
  | ListProblemElement;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Entry = { readonly element: WorktreeElement; readonly parent: Entry | undefined; children: readonly Entry[]; readonly said: string };
type SizeOf = (root: string, worktree: string) => { readonly bytes: number } | undefined;

/** The rows of the Worktrees view, kept in step with what is known. */
export class WorktreeElements {
  private entries = new Map<string, Entry>();
  private rootEntries: readonly Entry[] = [];

  get roots(): readonly WorktreeElement[] {
    return this.rootEntries.map(({ element }) => element);
  }

  children(element: WorktreeElement): readonly WorktreeElement[] {
    return this.entries.get(element.key)?.children.map(child => child.element) ?? [];
  }

  parent(element: WorktreeElement): WorktreeElement | undefined {
    return this.entries.get(element.key)?.parent?.element;
  }

  has(element: WorktreeElement): boolean {
    return this.entries.get(element.key)?.element === element;
  }

  /** Takes over what is known now. Returns the rows to draw again, or `all` when the first level itself changed. */
  update(repositories: readonly RepositoryWorktrees[], sizeOf: SizeOf): 'all' | readonly WorktreeElement[] {
    const before = this.entries;
    const rootsBefore = this.rootEntries;
    this.entries = new Map();
    const contents = (repository: RepositoryWorktrees, parent?: Entry) => this.contents(repository, parent, before, sizeOf);
    const [only] = repositories;
    this.rootEntries =
      repositories.length === 1 && only
        ? contents(only)
        : repositories.map(repository => {
            const entry = this.entry(before, { kind: 'repository', key: repository.root, root: repository.root }, undefined);
            entry.children = contents(repository, entry);
            return entry;
          });
    if (keys(rootsBefore) !== keys(this.rootEntries)) return 'all';
    return [...this.entries.values()]
      .filter(entry => {
        const old = before.get(entry.element.key);
        return old !== undefined && (old.said !== entry.said || keys(old.children) !== keys(entry.children));
      })
      .map(({ element }) => element);
  }

  private contents(
    { root, worktrees, deleted, coordinated = [], problem }: RepositoryWorktrees,
    parent: Entry | undefined,
    before: ReadonlyMap<string, Entry>,
    sizeOf: SizeOf,
  ): readonly Entry[] {
    const rows = worktrees.map(worktree =>
      this.entry(
        before,
        { kind: 'worktree', key: `${root}|${worktree.path}`, root, worktree, size: sizeOf(root, worktree.path)?.bytes },
        parent,
      ),
    );
    const problems =
      problem === undefined ? [] : [this.entry(before, { kind: 'problem', key: `${root}|problem`, root, message: problem }, parent)];
    return [
      ...problems,
      ...rows,
      ...(deleted.length === 0 ? [] : [this.group(root, deleted, parent, before)]),
      ...coordinated.map(each => this.coordinatorGroup(root, each, parent, before)),
    ];
  }

  private group(root: string, deleted: readonly DeletedWorktree[], parent: Entry | undefined, before: ReadonlyMap<string, Entry>): Entry {
    const unmerged = deleted.filter(each => each.unmerged).length;
    const group = this.entry(before, { kind: 'deleted', key: `${root}|deleted`, root, count: deleted.length, unmerged }, parent);
    group.children = deleted.map(each => this.entry(before, { kind: 'snapshot', key: `${root}|${each.ref}`, root, deleted: each }, group));
    return group;
  }

  private coordinatorGroup(
    root: string,
    { tool, entries }: CoordinatedBy,
    parent: Entry | undefined,
    before: ReadonlyMap<string, Entry>,
  ): Entry {
    const key = `${root}|${tool}`;
    const group = this.entry(before, { kind: 'coordinator', key, root, tool, count: entries.length }, parent);
    group.children = entries.map(entry =>
      this.entry(before, { kind: 'coordinated', key: `${key}|${entry.worktreePath}`, root, entry }, group),
    );
    return group;
  }

  private entry(before: ReadonlyMap<string, Entry>, element: WorktreeElement, parent: Entry | undefined): Entry {
    const old = before.get(element.key)?.element;
    const kept = old?.kind === element.kind ? Object.assign(old as Mutable<WorktreeElement>, element) : element;
    const entry: Entry = { element: kept, parent, children: [], said: said(element) };
    this.entries.set(element.key, entry);
    return entry;
  }
}

const keys = (entries: readonly Entry[]) => entries.map(({ element }) => element.key).join('\n');

/** What a row shows; its tooltip is made from the element when somebody points at it. */
function said(element: WorktreeElement): string {
  switch (element.kind) {
    case 'worktree':
      return JSON.stringify(worktreeRow(element.worktree, untranslated, element.size));
    case 'snapshot':
      return JSON.stringify(deletedRow(element.deleted, untranslated));
    default:
      return JSON.stringify(element);
  }
}
