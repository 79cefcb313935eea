import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { count } from '../../common/text';
import { Limiter } from '../../common/limiter';
import type { SourceProblem, SourceReading } from '../../domain/sources/importedPlan';
import { editTaskFile, type EditedTaskFile } from '../../domain/sources/taskFiles/editTaskFile';
import { readTaskFiles } from '../../domain/sources/taskFiles/readTaskFiles';
import { readTaskFile, type SourceFile, type TaskFile } from '../../domain/sources/taskFiles/taskFile';
import { codeOf } from '../files/filesError';
import { readAgents } from '../files/readAgents';
import type { FoundSource, Source, WrittenTask } from './source';
import { editSourceFile, readSourceFile } from './sourceFiles';

const tasksFolder = 'tasks';
const readsAtOnce = 16;

/** Task files: Markdown with YAML front matter in and below `tasks/`, whose status and report are written back. */
export function taskFilesSource(): Source {
  return { kind: 'tasks', find, read, writeBack };
}

async function find(root: string): Promise<readonly FoundSource[]> {
  const { files, problems } = await filesIn(root, tasksFolder);
  const readings = files.map(file => readTaskFile(file, tasksFolder));
  const tasks = readings.flatMap(({ task }) => task ?? []);
  const faulty = readings.filter(reading => reading.problems.some(({ severity }) => severity === 'error')).length + problems.length;
  if (tasks.length + faulty === 0) return [];
  const completed = `${tasks.filter(({ status }) => status === 'completed').length} completed`;
  const detail = [count(tasks.length, 'task'), completed, ...(faulty === 0 ? [] : [`${count(faulty, 'file')} with faults`])].join(', ');
  return [{ kind: 'tasks', path: tasksFolder, title: tasksFolder, detail }];
}

async function read(root: string, folder: string): Promise<SourceReading> {
  const { files, problems } = await filesIn(root, folder);
  const agents = await readAgents(path.join(root, 'work'));
  const reading = readTaskFiles(folder, files, agents);
  return problems.length === 0 ? reading : { plan: undefined, problems: [...problems, ...reading.problems] };
}

async function writeBack(root: string, folder: string, tasks: readonly WrittenTask[]): Promise<readonly string[]> {
  const { files } = await filesIn(root, folder);
  const found = files.flatMap(file => readTaskFile(file, folder).task ?? []);
  const words = found.flatMap(({ statusWord }) => statusWord ?? []);
  const sentences: string[] = [];
  for (const { key, status, report } of tasks) {
    const [file, ...others] = found.filter(({ id }) => id === key);
    if (!file || others.length > 0) {
      sentences.push(
        file
          ? `"${key}" is in several files of ${folder}: none was changed.`
          : `No file of ${folder} that can be read has the id "${key}".`,
      );
      continue;
    }
    sentences.push(...(await bringUpToDate(root, file, text => editTaskFile(text, { status, report }, words))));
  }
  return sentences;
}

async function bringUpToDate(root: string, { path: file }: TaskFile, edit: (text: string) => EditedTaskFile): Promise<readonly string[]> {
  const edited = await editSourceFile(root, file, text => {
    const result = edit(text);
    return result.ok ? { text: result.text, fault: undefined } : { text, fault: result.fault };
  });
  if (typeof edited === 'string') return [edited];
  if (!edited.fault) return [];
  return [`${file}, line ${edited.fault.position.line}: ${edited.fault.message} The file was left as it is.`];
}

type FolderTexts = { readonly files: readonly SourceFile[]; readonly problems: readonly SourceProblem[] };

/** Every Markdown file in a folder and below it, by path; what cannot be read is a problem. Folders that are links are not entered. */
async function filesIn(root: string, folder: string): Promise<FolderTexts> {
  const limiter = new Limiter(readsAtOnce);
  const paths = (await markdownIn(path.join(root, ...folder.split('/')))).map(file => path.relative(root, file).split(path.sep).join('/'));
  const reads = await Promise.all(paths.sort().map(file => limiter.run(async () => ({ file, read: await readSourceFile(root, file) }))));
  return {
    files: reads.flatMap(({ file, read }) => (read.kind === 'ok' ? [{ path: file, text: read.text }] : [])),
    problems: reads.flatMap(({ file, read }) =>
      read.kind === 'bad' ? [{ severity: 'error', message: `${file} cannot be read: ${read.message}.`, at: { file, line: 1 } }] : [],
    ),
  };
}

async function markdownIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter(entry => !entry.isDirectory() && /\.md$/i.test(entry.name)).map(entry => path.join(entry.parentPath, entry.name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
