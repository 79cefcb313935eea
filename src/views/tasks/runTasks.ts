import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { TaskType } from '../../contributions';
import type { RepositorySnapshot } from '../../domain/tree/nodes';
import type { ErrorHandler } from '../errors';
import type { PlanSource } from '../planSource';
import { nextBatch, runBatchTask, type BatchTaskRepository, type BatchWish } from './batchTask';
import { RunTerminal } from './runTerminal';

export type RunTaskPorts = {
  readonly plans: Pick<PlanSource, 'repositories'>;
  readonly repository: (root: string) => BatchTaskRepository;
  readonly onError: ErrorHandler;
};

const wishSchema = z.object({ batch: z.string(), workstream: z.string().optional() });

/** Runs of batches as tasks: their end is announced by the editor, *Terminate Task* stops them, `tasks.json` can name them. */
export class RunTaskProvider implements vscode.TaskProvider {
  constructor(private readonly ports: RunTaskPorts) {}

  /** *Continue*, and every batch of the current workstream that is not done. */
  provideTasks(): vscode.Task[] {
    if (!vscode.workspace.isTrusted) return [];
    return this.ports.plans.repositories.flatMap(repository => {
      const { stream } = repository;
      if (!stream || stream.readOnly !== undefined || stream.nextBatch === null) return [];
      const scope = folderOf(repository) ?? vscode.TaskScope.Workspace;
      const open = stream.stages.flatMap(stage => stage.batches).filter(batch => batch.status !== 'completed');
      return [
        this.task({ type: TaskType.run, batch: nextBatch }, scope, vscode.l10n.t('Continue'), repository.root),
        ...open.map(({ id, name }) =>
          this.task(
            { type: TaskType.run, batch: id, workstream: stream.id },
            scope,
            vscode.l10n.t('Batch {0}: {1}', id, name),
            repository.root,
          ),
        ),
      ];
    });
  }

  /** Makes a task of `tasks.json` runnable; undefined when it names no batch, or there is no repository to run it in. */
  resolveTask({ definition, scope, name }: vscode.Task): vscode.Task | undefined {
    const folder = typeof scope === 'object' ? scope : undefined;
    const { repositories } = this.ports.plans;
    const root = (folder ? repositories.find(({ root }) => contains(root, folder.uri.fsPath)) : repositories[0])?.root;
    if (!wishSchema.safeParse(definition).success || root === undefined) return undefined;
    return this.task(definition, folder ?? vscode.TaskScope.Workspace, name, root);
  }

  private task(definition: vscode.TaskDefinition, scope: vscode.WorkspaceFolder | vscode.TaskScope.Workspace, name: string, root: string) {
    const execution = new vscode.CustomExecution(resolved => Promise.resolve(this.terminal(root, wishSchema.parse(resolved))));
    const task = new vscode.Task(definition, scope, name, vscode.l10n.t('Work'), execution, []);
    task.presentationOptions = { panel: vscode.TaskPanelKind.Dedicated, showReuseMessage: false };
    return task;
  }

  private terminal(root: string, wish: BatchWish): vscode.Pseudoterminal {
    const repository = this.ports.repository(root);
    return new RunTerminal((print, signal) => runBatchTask(wish, repository, print, signal), this.ports.onError);
  }
}

export function registerRunTasks(ports: RunTaskPorts): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TaskType.run, new RunTaskProvider(ports));
}

function folderOf({ root }: RepositorySnapshot): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => contains(root, uri.fsPath));
}

function contains(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
