import * as z from 'zod';

const projectSchema = z.strictObject({
  /** Unique in the registry; what people type. */
  id: z.string().min(1),
  /** Absolute. */
  rootDirectory: z.string().min(1),
  name: z.string(),
  /** ISO time. */
  createdAt: z.string(),
});

/** Another repository that belongs to the user's work, kept in `projects.json`. */
export type Project = z.infer<typeof projectSchema>;

const projectsSchema = z.strictObject({
  version: z.literal(1),
  activeProjectId: z.string().nullable(),
  projects: z.array(projectSchema),
});

/** All registered projects, in the order of their registration. */
export type Projects = { readonly activeProjectId: string | null; readonly projects: readonly Project[] };

export const noProjects: Projects = { activeProjectId: null, projects: [] };

/**
 * - `not-absolute`, `missing-folder`, `no-repository`, `not-allowed`: the folder cannot be a project
 * - `id-taken`, `root-taken`, `unknown`: the registry says no
 * - `unsupported`, `unreadable`: `projects.json` is of another version, or no registry at all
 */
export type ProjectErrorReason =
  | 'not-absolute'
  | 'missing-folder'
  | 'no-repository'
  | 'not-allowed'
  | 'id-taken'
  | 'root-taken'
  | 'unknown'
  | 'unsupported'
  | 'unreadable';

export class ProjectError extends Error {
  override readonly name = 'ProjectError';

  constructor(
    readonly reason: ProjectErrorReason,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** The first project becomes the active one. @throws {ProjectError} `id-taken`, `root-taken` */
export function addProject({ activeProjectId, projects }: Projects, project: Project): Projects {
  if (projects.some(({ id }) => id === project.id)) throw new ProjectError('id-taken', `Project id already exists: ${project.id}`);
  if (projects.some(({ rootDirectory }) => rootDirectory === project.rootDirectory)) {
    throw new ProjectError('root-taken', `Project rootDirectory is already registered: ${project.rootDirectory}`);
  }
  return { activeProjectId: activeProjectId ?? project.id, projects: inOrder([...projects, project]) };
}

/** When the active project goes, the first that is left takes its place. @throws {ProjectError} `unknown` */
export function removeProject(state: Projects, id: string): Projects {
  findProject(state, id);
  const projects = state.projects.filter(project => project.id !== id);
  return { activeProjectId: state.activeProjectId === id ? (projects[0]?.id ?? null) : state.activeProjectId, projects };
}

/** @throws {ProjectError} `unknown` */
export function selectProject(state: Projects, id: string): Projects {
  return { ...state, activeProjectId: findProject(state, id).id };
}

/** @throws {ProjectError} `unknown` */
export function findProject({ projects }: Projects, id: string): Project {
  const found = projects.find(project => project.id === id);
  if (!found) throw new ProjectError('unknown', `Unknown project id: ${id}`);
  return found;
}

export const activeProject = ({ activeProjectId, projects }: Projects): Project | undefined =>
  projects.find(({ id }) => id === activeProjectId);

/** An id for a folder's project: its name in words of letters and digits, with a number when it is taken. */
export function newProjectId({ projects }: Projects, name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  const stem = words === '' ? 'project' : words;
  const taken = new Set(projects.map(({ id }) => id));
  if (!taken.has(stem)) return stem;
  for (let number = 2; ; number++) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}

/** `projects.json`, ending in a newline. */
export function formatProjects({ activeProjectId, projects }: Projects): string {
  return `${JSON.stringify({ version: 1, activeProjectId, projects: inOrder(projects) }, undefined, 2)}\n`;
}

/** @throws {ProjectError} `unsupported` for another version, `unreadable` for what is no registry */
export function parseProjects(text: string, file: string): Projects {
  const value = readJson(text, file);
  const version = z.object({ version: z.unknown() }).safeParse(value);
  if (version.success && version.data.version !== 1) {
    throw new ProjectError(
      'unsupported',
      `Unsupported project registry state version: ${String(version.data.version)} in ${file}. Update Workstreams, or move the file away to begin a new one.`,
    );
  }
  const parsed = projectsSchema.safeParse(value);
  if (!parsed.success) throw unreadable(file, z.prettifyError(parsed.error).replaceAll('\n', ' '));
  const { activeProjectId, projects } = parsed.data;
  const isKnown = projects.some(({ id }) => id === activeProjectId);
  return { activeProjectId: isKnown ? activeProjectId : (projects[0]?.id ?? null), projects: inOrder(projects) };
}

function readJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

function unreadable(file: string, why: string): ProjectError {
  return new ProjectError('unreadable', `${file} cannot be read: ${why}. Correct it by hand, or move it away; nothing is written to it.`);
}

function inOrder(projects: readonly Project[]): Project[] {
  const key = ({ createdAt, id }: Project) => `${createdAt}\0${id}`;
  return projects.toSorted((left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
}
