import path from 'node:path';
import { count } from '../../common/text';
import { readChange } from '../../domain/sources/openspec/readChange';
import { readTaskLines } from '../../domain/sources/openspec/taskLines';
import { tickBoxes } from '../../domain/sources/openspec/tickBoxes';
import type { SourceReading } from '../../domain/sources/importedPlan';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { isFolder } from '../onDisk';
import { archiveChange, validateChange } from './openspecProgram';
import type { FoundSource, Source, WrittenTask } from './source';
import { editSourceFile, namesIn, readSourceFile } from './sourceFiles';

const changes = 'openspec/changes';

/** OpenSpec changes: folders below `openspec/changes` with a `tasks.md`, whose boxes are ticked as work is finished. */
export function openspecSource({ env = process.env }: { readonly env?: ProgramEnvironment } = {}): Source {
  return {
    kind: 'openspec',
    find,
    read,
    writeBack,
    advise: (root, folder) => validateChange(root, folder, env),
    archive: (root, folder) => archiveChange(root, folder, env),
  };
}

async function find(root: string): Promise<readonly FoundSource[]> {
  const found: FoundSource[] = [];
  for (const id of await namesIn(path.join(root, ...changes.split('/')))) {
    const folder = `${changes}/${id}`;
    if (id === 'archive' || id.startsWith('.') || !(await isFolder(path.join(root, folder)))) continue;
    const tasks = await readSourceFile(root, `${folder}/tasks.md`);
    if (tasks.kind === 'absent') continue;
    const detail = tasks.kind === 'ok' ? taskCount(tasks.text) : `tasks.md cannot be read: ${tasks.message}`;
    found.push({ kind: 'openspec', path: folder, title: id, detail });
  }
  return found;
}

/** As `openspec list` counts them. */
function taskCount(text: string): string {
  const boxes = readTaskLines(text, 'tasks.md').lines.filter(line => line.kind === 'box');
  return `${count(boxes.length, 'task')}, ${boxes.filter(({ checked }) => checked).length} completed`;
}

async function read(root: string, folder: string): Promise<SourceReading> {
  const file = `${folder}/tasks.md`;
  const tasks = await readSourceFile(root, file);
  const proposal = await readSourceFile(root, `${folder}/proposal.md`);
  for (const [name, read] of [
    ['tasks.md', tasks],
    ['proposal.md', proposal],
  ] as const) {
    if (read.kind !== 'bad') continue;
    const message = `${name} cannot be read: ${read.message}.`;
    return { plan: undefined, problems: [{ severity: 'error', message, at: { file: `${folder}/${name}`, line: 1 } }] };
  }
  return readChange({
    folder,
    id: folder.split('/').at(-1) ?? folder,
    tasks: tasks.kind === 'ok' ? tasks.text : undefined,
    proposal: proposal.kind === 'ok' ? proposal.text : undefined,
    documents: await documentsOf(root, folder),
  });
}

/** The design and the specifications. */
async function documentsOf(root: string, folder: string): Promise<readonly string[]> {
  const own = path.join(root, ...folder.split('/'));
  const design = (await namesIn(own)).includes('design.md') ? ['design.md'] : [];
  const specs: string[] = [];
  for (const capability of await namesIn(path.join(own, 'specs'))) {
    if ((await namesIn(path.join(own, 'specs', capability))).includes('spec.md')) specs.push(`specs/${capability}/spec.md`);
  }
  return [...design, ...specs];
}

async function writeBack(root: string, folder: string, tasks: readonly WrittenTask[]): Promise<readonly string[]> {
  const file = `${folder}/tasks.md`;
  const edited = await editSourceFile(root, file, text => tickBoxes(text, tasks, file));
  return typeof edited === 'string' ? [edited] : edited.problems;
}
