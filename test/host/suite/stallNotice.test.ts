import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Setting } from '../../../src/contributions';
import type { ShownHealth } from '../../../src/domain/tree/taskHealth';
import { StallNotice } from '../../../src/views/stallNotice';
import { FakePlans } from '../../support/fakeSources';
import { batchNode, repository, stageNode, taskNode, threadNode } from '../../support/planNodes';
import { waitFor } from '../../support/waitFor';

const working: ShownHealth = { state: 'working', since: '2026-02-01T10:00:00.000Z', reason: 'It writes.', minutes: 0 };
const stalled: ShownHealth = {
  state: 'stalled',
  since: '2026-02-01T10:05:00.000Z',
  reason: 'Nothing was heard of it for 2 minutes.',
  minutes: 2,
};

/** A repository whose running tasks do so. */
function running(health: Readonly<Record<string, ShownHealth>>) {
  const tasks = Object.entries(health).map(([id, judged]) => taskNode(id, { status: 'in_progress', running: true, health: judged }));
  return repository('/repo', [
    stageNode('01', [batchNode('01.01', [threadNode('01.01.01', tasks, { running: true })], { running: true })]),
  ]);
}

describe('The notice about agents that make no progress', () => {
  const original = vscode.window.showWarningMessage;
  const settings = vscode.workspace.getConfiguration();
  let shown: string[] = [];
  let revealed: string[] = [];
  let answer: string | undefined;
  let visible = false;
  let plans: FakePlans;
  let notice: StallNotice;

  beforeEach(() => {
    [shown, revealed, answer, visible] = [[], [], undefined, false];
    Object.assign(vscode.window, {
      showWarningMessage: (message: string, ...actions: string[]) => {
        shown.push([message, ...actions].join(' | '));
        return Promise.resolve(answer);
      },
    });
    plans = new FakePlans([running({ '01.01.01.01': working })]);
    const view = {
      get visible() {
        return visible;
      },
      reveal: (root: string, id: string) => Promise.resolve(void revealed.push(`${root} ${id}`)),
    };
    notice = new StallNotice(plans, view);
  });
  afterEach(async () => {
    notice.dispose();
    Object.assign(vscode.window, { showWarningMessage: original });
    await settings.update(Setting.notifications, undefined, vscode.ConfigurationTarget.Global);
  });

  it('names the task and the reason once, however often the tree changes, and shows the row', async () => {
    answer = 'Show';
    plans.show(running({ '01.01.01.01': working }));
    assert.deepEqual(shown, []);
    plans.show(running({ '01.01.01.01': stalled }));
    plans.show(running({ '01.01.01.01': { ...stalled, minutes: 3 } }));
    assert.deepEqual(shown, ['The agent of 01.01.01.01 makes no progress: Nothing was heard of it for 2 minutes. | Show']);
    await waitFor('the row', () => revealed.join() === '/repo 01.01.01.01', { describe: () => revealed });
  });

  it('counts several at once in one sentence', () => {
    const looping: ShownHealth = { ...stalled, state: 'looping', reason: 'It calls the same again and again.' };
    plans.show(running({ '01.01.01.01': stalled, '01.01.01.02': looping, '01.01.01.03': working }));
    assert.deepEqual(shown, ['2 agents make no progress. | Show']);
  });

  it('speaks again of one that went on and stopped once more', () => {
    plans.show(running({ '01.01.01.01': stalled }));
    plans.show(running({ '01.01.01.01': working }));
    plans.show(running({ '01.01.01.01': { ...stalled, since: '2026-02-01T11:00:00.000Z' } }));
    assert.equal(shown.length, 2);
  });

  it('is silent while the tree says it anyway, and where nobody wants notifications', async () => {
    visible = true;
    plans.show(running({ '01.01.01.01': stalled }));
    visible = false;
    plans.show(running({ '01.01.01.01': stalled }));
    await settings.update(Setting.notifications, 'none', vscode.ConfigurationTarget.Global);
    plans.show(running({ '01.01.01.02': stalled }));
    assert.deepEqual([shown, revealed], [[], []]);
  });

  it('hears nothing any more once it was disposed of', () => {
    notice.dispose();
    assert.equal(plans.listeners, 0);
  });
});
