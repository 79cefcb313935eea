import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { threadKey } from '../../../src/views/terminals/threadName';
import { ThreadPty } from '../../../src/views/terminals/threadPty';
import { ThreadTerminals } from '../../../src/views/terminals/threadTerminals';
import type { ThreadRef } from '../../../src/views/terminals/transcript';
import { FakePlans } from '../../support/fakeSources';
import { FakeTranscript } from '../../support/fakeTranscript';
import { batchNode, repository, stageNode, threadNode } from '../../support/planNodes';
import { waitFor } from '../../support/waitFor';

const plan = (change: Parameters<typeof threadNode>[2] = {}) =>
  repository('/repo', [
    stageNode('01', [
      batchNode('01.01', [threadNode('01.01.01', [], { name: 'Router', ...change }), threadNode('01.01.02', [], { name: 'Store' })]),
    ]),
  ]);
const ref = (thread: string): ThreadRef => ({ root: '/repo', stream: '001-sample', thread });
const names = () => vscode.window.terminals.map(({ name }) => name).filter(name => name.includes('01.01.0'));
function wasShown(part: string): boolean {
  const options = named(part)?.creationOptions;
  return options !== undefined && 'pty' in options && options.pty instanceof ThreadPty && options.pty.wasShown;
}
const named = (part: string) => vscode.window.terminals.find(({ name }) => name.includes(part));

class Memory implements vscode.Memento {
  private readonly values = new Map<string, unknown>();
  readonly keys = () => [...this.values.keys()];
  get<T>(key: string, fallback?: T): T {
    return (this.values.has(key) ? this.values.get(key) : fallback) as T;
  }
  update(key: string, value: unknown): Thenable<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

describe('The terminals of threads', () => {
  let terminals: ThreadTerminals | undefined;
  let transcripts = new Map<string, FakeTranscript>();
  const transcriptOf = (thread: ThreadRef) => {
    const transcript = transcripts.get(threadKey(thread)) ?? new FakeTranscript();
    transcripts.set(threadKey(thread), transcript);
    return transcript;
  };
  const errors: unknown[] = [];
  const make = (plans: FakePlans, memory: vscode.Memento = new Memory()) =>
    (terminals = new ThreadTerminals({
      plans,
      transcriptOf,
      launchTui: () => Promise.reject(new Error('no session')),
      memory,
      onError: error => errors.push(error),
    }));
  const closed = () => waitFor('the terminals to close', () => names().length === 0, { describe: names, timeout: 20_000 });

  before(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose(); // of runs of other tests
    await closed();
  });
  afterEach(async () => {
    terminals?.dispose();
    transcripts = new Map();
    await closed();
  });

  it('open one terminal for each thread, without coming to the front', async () => {
    const other = vscode.window.createTerminal('somebody else’s');
    other.show();
    await waitFor('the other terminal in front', () => vscode.window.activeTerminal === other);
    const made = make(new FakePlans([plan()]));
    made.started(ref('01.01.01'));
    made.started(ref('01.01.02'));
    made.started(ref('01.01.01'));
    await waitFor('two terminals', () => names().length === 2, { describe: names, timeout: 20_000 });
    assert.equal(vscode.window.activeTerminal, other);
    assert.equal(made.active, undefined);
    other.dispose();
  });

  it('follow the thread’s state in their name', async () => {
    const plans = new FakePlans([plan()]);
    make(plans).started(ref('01.01.01'));
    await waitFor('the first name', () => named('○ Router · 01.01.01'), { describe: names, timeout: 20_000 });
    plans.show(plan({ running: true, status: 'in_progress' }));
    await waitFor('the running mark', () => named('◐ Router · 01.01.01'), { describe: names, timeout: 20_000 });
    plans.show(plan({ status: 'completed' }));
    await waitFor('the completed mark', () => named('✓ Router · 01.01.01'), { describe: names, timeout: 20_000 });
  });

  it('come to the front on demand, and one after the other', async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose(); // of tasks that other tests ran
    await waitFor('no terminal at all', () => vscode.window.terminals.length === 0);
    await vscode.commands.executeCommand('workbench.action.closePanel');
    const made = make(new FakePlans([plan()]));
    made.started(ref('01.01.01'));
    made.started(ref('01.01.02'));
    await waitFor('the first to be active though nobody saw it', () => made.active?.thread === '01.01.01');
    assert.equal(wasShown('01.01.01'), false);
    made.focusNext();
    await waitFor('the first in front', () => made.active?.thread === '01.01.01' && wasShown('01.01.01'));
    made.focusNext();
    await waitFor('the second in front', () => made.active?.thread === '01.01.02');
    made.focusNext();
    await waitFor('the first again', () => made.active?.thread === '01.01.01');
    made.focusPrevious();
    await waitFor('the second again', () => made.active?.thread === '01.01.02');
  });

  it('end nothing when they are closed, and begin anew when they are asked for', async () => {
    const made = make(new FakePlans([plan()]));
    const transcript = transcriptOf(ref('01.01.01'));
    made.focus(ref('01.01.01'));
    await waitFor('the history to be read', () => transcript.reads === 1);
    named('01.01.01')?.dispose();
    await waitFor('the end of the subscription', () => transcript.listeners === 0 && names().length === 0);
    assert.equal(transcript.aborts, 0);
    made.focus(ref('01.01.01'));
    await waitFor('the history to be read again', () => transcript.reads === 2 && transcript.listeners === 1);
  });

  it('come back after a reload, without coming to the front', async () => {
    const memory = new Memory();
    const first = make(new FakePlans([plan()]), memory);
    first.started(ref('01.01.01'));
    first.started(ref('01.01.02'));
    await waitFor('two terminals', () => names().length === 2);
    first.dispose();
    await closed();
    const again = make(new FakePlans([plan()]), memory);
    await waitFor('two terminals again', () => names().length === 2, { describe: names, timeout: 20_000 });
    assert.equal(again.active, undefined);
  });

  it('wait for a plan that is read later, while others open', async () => {
    const memory = new Memory();
    const first = make(new FakePlans([plan()]), memory);
    first.started(ref('01.01.02'));
    await waitFor('a terminal', () => names().length === 1);
    first.dispose();
    await closed();
    const plans = new FakePlans([{ ...plan(), stream: undefined }]);
    make(plans, memory).started(ref('01.01.01'));
    await waitFor('the terminal of the thread that starts', () => names().length === 1);
    terminals?.dispose(); // the window is loaded once more before the plan was read
    await closed();
    const later = new FakePlans([]);
    make(later, memory);
    later.show(plan());
    await waitFor('both terminals', () => names().length === 2, { describe: names, timeout: 20_000 });
  });

  it('do not come back when they were closed before', async () => {
    const memory = new Memory();
    const first = make(new FakePlans([plan()]), memory);
    first.started(ref('01.01.01'));
    first.started(ref('01.01.02'));
    await waitFor('two terminals', () => names().length === 2);
    named('01.01.01')?.dispose();
    await waitFor('one terminal', () => names().length === 1);
    first.dispose();
    await closed();
    make(new FakePlans([plan()]), memory);
    await waitFor('the other terminal', () => named('01.01.02'));
    assert.equal(names().length, 1);
  });
});
