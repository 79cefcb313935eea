import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../../src/common/event';
import type { RepositorySnapshot } from '../../../src/domain/tree/nodes';
import type { ServiceSource } from '../../../src/views/planSource';
import { StatusBar } from '../../../src/views/statusBar';
import { FakePlans } from '../../support/fakeSources';
import { batchNode, repository, stageNode, taskNode, threadNode } from '../../support/planNodes';

class FakeServices implements ServiceSource {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  server: ServiceSource['server'] = { state: 'running', url: 'http://127.0.0.1:4096', version: '1.2.3' };
  readonly opencode = 'found';
  paused = false;
  readonly load = { limit: 4, setting: 4 };

  pause(): void {
    this.paused = true;
    this.changed.fire(undefined);
  }
}

/** A repository whose batch runs, with so many tasks that do. */
function running(count: number): RepositorySnapshot {
  const tasks = Array.from({ length: count }, (_, index) => taskNode(`01.01.01.0${index + 1}`, { status: 'in_progress', running: true }));
  return repository('/repo', [stageNode('01', [batchNode('01.01', [threadNode('01.01.01', tasks)], { running: true })])]);
}

describe('The status bar item', () => {
  const original = vscode.window.createStatusBarItem;
  let item: vscode.StatusBarItem;
  let bar: StatusBar;
  let plans: FakePlans;
  let services: FakeServices;

  beforeEach(() => {
    Object.assign(vscode.window, {
      createStatusBarItem: (...args: Parameters<typeof original>) => (item = original.apply(vscode.window, args)),
    });
    bar = new StatusBar((plans = new FakePlans([repository('/repo', [])])), (services = new FakeServices()));
  });
  afterEach(() => {
    bar.dispose();
    Object.assign(vscode.window, { createStatusBarItem: original });
  });
  const said = () => [item.text, item.accessibilityInformation?.label];

  it('says how the server is and how many tasks run, in signs and in words', () => {
    assert.deepEqual(said(), ['$(circle-filled) Work', 'Workstreams: opencode 1.2.3 runs at http://127.0.0.1:4096']);
    plans.show(running(2));
    assert.deepEqual(said(), [
      '$(circle-filled) Work  $(sync~spin) 2',
      'Workstreams: opencode 1.2.3 runs at http://127.0.0.1:4096, 2 tasks run',
    ]);
  });

  it('says that a batch is paused, also when its last running task has ended; without a batch there is nothing to pause', () => {
    plans.show(running(1));
    services.pause();
    assert.match(item.text, /\$\(sync~spin\) 1 {2}\$\(debug-pause\)$/);
    plans.show(running(0));
    assert.deepEqual(said(), [
      '$(circle-filled) Work  $(debug-pause)',
      'Workstreams: opencode 1.2.3 runs at http://127.0.0.1:4096, paused: no further task starts',
    ]);
    plans.show(repository('/repo', []));
    assert.equal(item.text, '$(circle-filled) Work');
  });
});
