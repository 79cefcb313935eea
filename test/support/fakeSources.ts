import { Emitter } from '../../src/common/event';
import type { RepositorySnapshot } from '../../src/domain/tree/nodes';
import type { PlanSource } from '../../src/views/planSource';

export class FakePlans implements PlanSource {
  private readonly changed = new Emitter<unknown>();
  readonly onDidChange = this.changed.event;
  readonly loaded = true;

  constructor(public repositories: readonly RepositorySnapshot[] = []) {}

  get listeners(): number {
    return this.changed.listenerCount;
  }

  show(...repositories: readonly RepositorySnapshot[]): void {
    this.repositories = repositories;
    this.changed.fire(undefined);
  }
}

export class FakePause {
  private readonly changed = new Emitter<unknown>();
  readonly onDidChange = this.changed.event;
  paused = false;

  set(paused: boolean): void {
    this.paused = paused;
    this.changed.fire(undefined);
  }
}
