import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import { findMainCheckout } from '../runtime/files/repositoryRoot';
import { isAllowedRoot } from '../runtime/projects/projectFolder';
import type { ProjectRegistry } from '../runtime/projects/projectRegistry';
import type { ErrorHandler } from './errors';

export type RootsOptions = {
  readonly projects: ProjectRegistry;
  readonly allowedRoots: () => readonly string[];
  readonly use: (roots: readonly string[]) => Promise<void>;
  readonly onError: ErrorHandler;
};

/** Keeps the repositories of the window in step with its folders and with the registered projects. */
export class WorkspaceRoots implements Disposable {
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly options: RootsOptions) {
    this.subscriptions = [vscode.workspace.onDidChangeWorkspaceFolders(() => this.read()), options.projects.onDidChange(() => this.read())];
    options.projects.follow().catch((error: unknown) => options.onError(error, 'following the registered projects'));
    this.read();
  }

  read(): void {
    this.find()
      .then(roots => this.options.use(roots))
      .catch((error: unknown) => this.options.onError(error, 'reading the workspace'));
  }

  dispose(): void {
    this.subscriptions.forEach(subscription => subscription.dispose());
  }

  /** The repositories around the workspace's folders in their order (a worktree stands for its main checkout), then the registered ones; each once. */
  private async find(): Promise<readonly string[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
    const own = await Promise.all(folders.map(folder => findMainCheckout(folder.uri.fsPath)));
    const registered = await this.registered();
    const found = [...new Set([...own, ...registered].filter(root => root !== undefined))];
    const allowed = await Promise.all(found.map(root => isAllowedRoot(root, this.options.allowedRoots())));
    return found.filter((_, index) => allowed[index]);
  }

  /** Of a registry that cannot be read it is said so; the window's own folders are shown all the same. */
  private async registered(): Promise<readonly string[]> {
    try {
      const { projects } = await this.options.projects.read();
      const roots = await Promise.all(projects.map(({ rootDirectory }) => findMainCheckout(rootDirectory)));
      return roots.filter((root, index) => root !== undefined && root === projects[index]?.rootDirectory) as string[];
    } catch (error) {
      this.options.onError(error, 'reading the registered projects');
      return [];
    }
  }
}
