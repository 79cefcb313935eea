import * as vscode from 'vscode';
import { CommandId } from './contributions';
import { createErrorHandler } from './views/errors';
import { createLogChannel } from './views/logChannel';
import type { PlanSource, ServiceSource } from './views/planSource';
import { createViews } from './views/workViews';

const unchanging = () => ({ dispose: () => undefined });
const nothingRead: PlanSource = { repositories: [], loaded: false, onDidChange: unchanging };
const nothingRuns: ServiceSource = { server: { state: 'stopped' }, opencode: undefined, paused: false, onDidChange: unchanging };
const notYet = () => Promise.reject(new Error('no thread is known yet'));

export function activate(context: vscode.ExtensionContext): void {
  const log = createLogChannel();
  const onError = createErrorHandler(log);
  createViews(context, {
    plans: nothingRead,
    services: nothingRuns,
    transcriptOf: () => ({ history: notYet, onDidAppend: unchanging, send: notYet, abort: notYet }),
    launchTui: notYet,
    openCommit: notYet,
    onError,
  });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand(CommandId.showLog, () => log.show()),
  );
  log.info('Workstreams is active');
}
