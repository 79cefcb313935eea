import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createErrorHandler } from '../../../src/views/errors';
import { waitFor } from '../../support/waitFor';

class KnownError extends Error {
  constructor(
    readonly reason: string,
    message: string,
    readonly file?: string,
  ) {
    super(message);
  }
}

describe('The error handler', () => {
  const original = vscode.window.showErrorMessage;
  let shown: string[][] = [];
  let logged: string[] = [];
  const log = vscode.window.createOutputChannel('Work test', { log: true });
  const recording: vscode.LogOutputChannel = Object.assign(Object.create(log) as vscode.LogOutputChannel, {
    error: (text: string) => void logged.push(text),
  });
  const handle = createErrorHandler(recording);

  beforeEach(() => {
    shown = [];
    logged = [];
    Object.assign(vscode.window, {
      showErrorMessage: (message: string, ...actions: string[]) => {
        shown.push([message, ...actions]);
        return Promise.resolve(undefined);
      },
    });
  });
  afterEach(() => void Object.assign(vscode.window, { showErrorMessage: original }));
  after(() => log.dispose());

  it('says nothing of what somebody stopped', () => {
    handle(AbortSignal.abort().reason);
    assert.deepEqual([shown, logged], [[], []]);
  });

  it('shows the sentence of a known error with one action', async () => {
    handle(new KnownError('no-binary', 'opencode was not found.'));
    handle(new KnownError('unparsable', 'tasks.json is not JSON.', '/repo/work/001-x/tasks.json'));
    handle(new KnownError('locked', 'Another process holds the lock.'));
    await waitFor('three messages', () => shown.length === 3);
    assert.deepEqual(shown, [
      ['opencode was not found.', 'Open Settings'],
      ['tasks.json is not JSON.', 'Open File'],
      ['Another process holds the lock.', 'Show Log'],
    ]);
  });

  it('keeps the text of an unknown error for the log, with its stack and cause', async () => {
    handle(new TypeError('x is undefined', { cause: new KnownError('locked', 'busy') }), 'work.runBatch');
    await waitFor('the message', () => shown.length === 1);
    assert.deepEqual(shown, [['Something went wrong.', 'Show Log']]);
    const [text = ''] = logged;
    assert.match(text, /^work\.runBatch\nTypeError: x is undefined\n\s+at /);
    assert.match(text, /\nCaused by: \[locked\] Error: busy\n/);
  });
});
