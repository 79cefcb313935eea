import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isoTime, type Clock } from '../../common/clock';
import { Emitter, type Disposable } from '../../common/event';
import {
  addProject,
  findProject,
  formatProjects,
  newProjectId,
  noProjects,
  parseProjects,
  ProjectError,
  removeProject,
  selectProject,
  type Project,
  type Projects,
} from '../../domain/projects/projects';
import { withFileLock } from '../files/fileLock';
import { writeText } from '../files/writeText';
import { projectFolder } from './projectFolder';

export type RegistryOptions = {
  /** Where `projects.json` is kept; the same for all programs of a user. */
  readonly stateDirectory: string;
  readonly allowedRoots: () => readonly string[];
  readonly clock: Clock;
};

export type NewProject = {
  /** Absolute. */
  readonly rootDirectory: string;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
};

const patience = { retries: 20, shortest: 20, longest: 200 };

/** The repositories that a user works on, beside those that a window has open: one file for all windows and the command line. */
export class ProjectRegistry implements Disposable {
  readonly file: string;
  private readonly changed = new Emitter<undefined>();
  private watcher: FSWatcher | undefined;
  /** Somebody may have written the file; read it again. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: RegistryOptions) {
    this.file = path.join(options.stateDirectory, 'projects.json');
  }

  /** @throws {ProjectError} `unsupported`, `unreadable` */
  async read(): Promise<Projects> {
    try {
      return parseProjects(await readFile(this.file, 'utf8'), this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noProjects;
      if (error instanceof ProjectError) throw error;
      throw new ProjectError('unreadable', `${this.file} cannot be read: ${String(error)}`, error);
    }
  }

  /** @throws {ProjectError} when the folder cannot be a project, or it or its id is registered; `FilesError` when nothing can be written */
  async add({ rootDirectory, id, name }: NewProject): Promise<Project> {
    const root = await projectFolder(rootDirectory, this.options.allowedRoots());
    const called = name ?? path.basename(root);
    const createdAt = isoTime(this.options.clock.now());
    const state = await this.edit(projects =>
      addProject(projects, { id: id ?? newProjectId(projects, called), rootDirectory: root, name: called, createdAt }),
    );
    const added = state.projects.find(project => project.rootDirectory === root);
    if (!added) throw new Error(`${root} was added and is not there`);
    return added;
  }

  /** Forgets a project; its folder stays as it is. @throws {ProjectError} `unknown` */
  async remove(id: string): Promise<void> {
    await this.edit(projects => removeProject(projects, id));
  }

  /** Makes a project the active one. @throws {ProjectError} `unknown` */
  async select(id: string): Promise<Project> {
    return findProject(await this.edit(projects => selectProject(projects, id)), id);
  }

  /** Begins to tell when the file changes. */
  async follow(): Promise<void> {
    if (this.watcher) return;
    const folder = path.dirname(this.file);
    await mkdir(folder, { recursive: true });
    this.watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name === null || name === path.basename(this.file)) this.changed.fire(undefined);
    });
    this.watcher.on('error', () => this.watcher?.close());
  }

  dispose(): void {
    this.watcher?.close();
    this.changed.dispose();
  }

  private async edit(change: (projects: Projects) => Projects): Promise<Projects> {
    await mkdir(path.dirname(this.file), { recursive: true });
    return withFileLock(this.file, patience, async lease => {
      const after = change(await this.read());
      await writeText(this.file, formatProjects(after), async () => {
        await lease.check();
        return true;
      });
      return after;
    });
  }
}
