import { Emitter, type Disposable } from '../../common/event';
import type { RepositoryWorktrees } from '../../domain/worktrees/worktreeFacts';
import type { FolderSize } from '../files/folderSize';
import { WorktreeModel, type WorktreeModelSources } from './worktreeModel';

/** The worktrees of all repositories that are followed. It changes nothing itself. */
export class WorktreesModel implements Disposable {
  private readonly changed = new Emitter<undefined>();
  private readonly models = new Map<string, WorktreeModel>();
  private isActive = false;
  readonly onDidChange = this.changed.event;

  constructor(private readonly sourcesOf: (root: string) => WorktreeModelSources) {}

  /** Those that were looked at, in the order of their roots. */
  get repositories(): readonly RepositoryWorktrees[] {
    return [...this.models.values()].flatMap(model => model.snapshot ?? []);
  }

  /** Whether every repository was looked at. */
  get loaded(): boolean {
    return [...this.models.values()].every(model => model.snapshot !== undefined);
  }

  /** Follows exactly these repositories, in this order. */
  setRoots(roots: readonly string[]): void {
    if ([...this.models.keys()].join('\0') === roots.join('\0')) return;
    const before = new Map(this.models);
    this.models.clear();
    for (const root of new Set(roots)) this.models.set(root, before.get(root) ?? this.open(root));
    for (const [root, model] of before) if (!this.models.has(root)) model.dispose();
    this.changed.fire(undefined);
  }

  /** Looks now and whenever something may have changed, as long as somebody watches. */
  setActive(active: boolean): void {
    this.isActive = active;
    for (const model of this.models.values()) model.setActive(active);
  }

  /** Looks at everything now. */
  async refresh(): Promise<void> {
    await Promise.all([...this.models.values()].map(model => model.refresh()));
  }

  sizeOf(root: string, worktree: string): FolderSize | undefined {
    return this.models.get(root)?.sizeOf(worktree);
  }

  /** Rejects when the signal is aborted; undefined when the repository is no longer followed. */
  async measure(root: string, worktree: string, signal?: AbortSignal): Promise<FolderSize | undefined> {
    return this.models.get(root)?.measure(worktree, signal);
  }

  /** Measures everything; each answer is told as it comes. Rejects when the signal is aborted. */
  async measureAll(signal: AbortSignal): Promise<void> {
    for (const model of this.models.values()) await model.measureAll(signal);
  }

  dispose(): void {
    for (const model of this.models.values()) model.dispose();
    this.models.clear();
    this.changed.dispose();
  }

  private open(root: string): WorktreeModel {
    const model = new WorktreeModel(this.sourcesOf(root)); // disposed when its root goes, or with us
    model.onDidChange(() => this.changed.fire(undefined));
    model.setActive(this.isActive);
    return model;
  }
}
