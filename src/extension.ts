import * as vscode from 'vscode';
import { DocumentScheme, SecretKey } from './contributions';
import { systemClock } from './common/clock';
import type { CommandServices } from './commands/commandServices';
import { followWindow } from './commands/followWindow';
import { openRepositories } from './commands/openRepositories';
import { registerCommands } from './commands/registerCommands';
import { createRuntime, type Runtime } from './runtime/createRuntime';
import { WorkModel } from './runtime/model/workModel';
import { WorktreesModel } from './runtime/model/worktreesModel';
import { defaultStateDirectory } from './runtime/stateDirectory';
import { DependencyPages } from './views/dependencies/dependencyPages';
import { createErrorHandler } from './views/errors';
import { JournalDocuments } from './views/journalDocuments';
import { knownErrors } from './views/knownErrors';
import { createLogChannel, loggerOf } from './views/logChannel';
import { ReadOnlyText } from './views/readOnlyText';
import { ServiceStatus } from './views/serviceStatus';
import { showCommit } from './views/showCommit';
import { ReportEditor } from './views/reports/reportEditor';
import { reportPorts } from './views/reports/reportPorts';
import { registerRunTasks } from './views/tasks/runTasks';
import { createViews } from './views/workViews';
import { ThreadTranscripts } from './views/threadTranscripts';
import { WindowSettings } from './views/windowSettings';
import { ConflictEditors } from './views/merge/conflictEditors';
import { GitFileSystem } from './views/worktrees/gitFileSystem';
import { WorkspaceRoots } from './views/workspaceRoots';

/** Builds, wires and registers; decides nothing. The server and its agents outlive the window. */
export function activate(context: vscode.ExtensionContext): { readonly runtime: Runtime } {
  const { subscriptions } = context;
  const log = createLogChannel();
  const onError = createErrorHandler(log);
  const settings = new WindowSettings(log);
  const runtime = createRuntime({
    stateDirectory: defaultStateDirectory(process.env),
    settings: () => settings.value,
    pluginFile: context.asAbsolutePath('dist/plugin.js'),
    workScript: context.asAbsolutePath('dist/work.js'),
    environment: process.env,
    isTrusted: () => vscode.workspace.isTrusted,
    program: vscode.env.appName,
    clock: systemClock,
    logger: loggerOf(log),
    diagnose: knownErrors,
    agentMailToken: () => Promise.resolve(context.secrets.get(SecretKey.agentMailToken)),
  });
  const model = new WorkModel(root => runtime.repository(root).modelSources);
  const worktrees = new WorktreesModel(root => runtime.repository(root).worktreeSources);
  const transcripts = new ThreadTranscripts(runtime, model);
  const services = new ServiceStatus(runtime, onError);
  subscriptions.push(log, runtime, model, worktrees, transcripts, services);

  const views = createViews(context, {
    plans: model,
    services,
    worktrees,
    budgets: runtime.budgetAsks,
    clock: systemClock,
    transcriptOf: ref => transcripts.of(ref),
    launchTui: ref => transcripts.launchTui(ref),
    reviewsOf: root => runtime.repository(root).reviews,
    openCommit: (ref, commit) => showCommit(runtime.repository(ref.root).git, commit),
    onError,
  });
  const journals = JournalDocuments.of(root => runtime.repository(root).timelineSources, onError);
  const imports = new ReadOnlyText(DocumentScheme.import);
  const dependencies = new DependencyPages(context.extensionUri, model, onError);
  const conflicts = new ConflictEditors();
  const commandServices: CommandServices = {
    secrets: context.secrets,
    runtime,
    plans: model,
    view: views.plan,
    terminals: views.terminals,
    worktrees,
    worktreesView: views.worktrees,
    conflicts,
    drafts: views.drafts,
    journals,
    imports,
    dependencies,
    ...views.reviewing,
    log,
    refresh: () => model.refresh(),
    onError,
  };
  subscriptions.push(
    journals,
    imports,
    dependencies,
    conflicts,
    runtime.onDidStartThread(({ root, stream, thread }) => views.terminals.started({ root, stream, thread: thread.id })),
    ReportEditor.register(context, reportPorts(runtime, model), onError),
    registerRunTasks({ plans: model, repository: root => runtime.repository(root), onError }),
    GitFileSystem.register(root => runtime.repository(root).git),
    ...registerCommands(commandServices),
  );

  const opened = openRepositories(commandServices);
  const roots = new WorkspaceRoots({
    projects: runtime.projects,
    allowedRoots: () => settings.value.allowedRoots,
    use: found => {
      worktrees.setRoots(found);
      opened(found);
      return model.setRoots(found);
    },
    onError,
  });
  subscriptions.push(roots, followWindow({ runtime, model, services, settings, roots }));
  if (vscode.workspace.isTrusted) void runtime.addToPath(context.environmentVariableCollection, settings.value.terminal.addToPath);
  return { runtime };
}
