import { Emitter, type Disposable } from '../../common/event';
import type { RepositorySnapshot } from '../../domain/tree/nodes';
import type { ChangedNodes } from './changedNodes';
import { RepositoryModel, type RepositorySources } from './repositoryModel';

/** `all`: the repository came or went, or more than single nodes changed. `root` is empty when there is none at all. */
export type ModelChange = { readonly root: string; readonly changed: ChangedNodes };

/** What every view reads: a snapshot for each repository, replaced whenever something in it changes. It changes nothing itself. */
export class WorkModel implements Disposable {
  private readonly changed = new Emitter<ModelChange>();
  private readonly models = new Map<string, RepositoryModel>();
  private isLoaded = false;
  readonly onDidChange = this.changed.event;

  constructor(private readonly sourcesOf: (root: string) => RepositorySources) {}

  get repositories(): readonly RepositorySnapshot[] {
    return [...this.models.values()].map(model => model.snapshot);
  }

  /** False until every repository was read once. */
  get loaded(): boolean {
    return this.isLoaded;
  }

  snapshot(root: string): RepositorySnapshot | undefined {
    return this.models.get(root)?.snapshot;
  }

  /** Follows exactly these repositories (folders that hold `.git`), in this order. Resolves when the new ones were read. */
  async setRoots(roots: readonly string[]): Promise<void> {
    const before = new Map(this.models);
    const added = [...new Set(roots)].filter(root => !before.has(root));
    this.models.clear();
    for (const root of new Set(roots)) this.models.set(root, before.get(root) ?? this.open(root));
    const removed = [...before].filter(([root]) => !this.models.has(root));
    for (const [, model] of removed) model.dispose();
    await Promise.all(added.map(async root => this.models.get(root)?.refresh()));
    const isFirst = !this.isLoaded;
    this.isLoaded = true;
    const told = [...added, ...removed.map(([root]) => root)];
    for (const root of isFirst && told.length === 0 ? [''] : told) this.changed.fire({ root, changed: 'all' });
  }

  /** Reads everything again, of one repository or of all. */
  async refresh(root?: string): Promise<void> {
    const models = [...this.models].filter(([key]) => root === undefined || key === root);
    await Promise.all(models.map(([, model]) => model.refresh()));
  }

  dispose(): void {
    for (const model of this.models.values()) model.dispose();
    this.models.clear();
    this.changed.dispose();
  }

  private open(root: string): RepositoryModel {
    const model = new RepositoryModel(this.sourcesOf(root)); // disposed when its root goes, or with us
    model.onDidChange(changed => this.changed.fire({ root, changed }));
    return model;
  }
}
