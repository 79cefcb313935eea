import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkFiles, type WorkFilesOptions } from '../../src/runtime/files/workFiles';
import { temporaryDirectory } from './temporaryDirectory';

export const someTask = (id: string, fields: object = {}) => ({
  id,
  name: `Task ${id}`,
  stage_name: 'Stage',
  batch_name: 'Batch',
  thread_name: 'Thread',
  status: 'pending',
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  ...fields,
});

export const someStream = (id: string, fields: object = {}) => ({
  id,
  name: id.replace(/^\d+-/, ''),
  order: Number.parseInt(id, 10),
  size: 'medium',
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  path: `work/${id}`,
  ...fields,
});

/** As the original tool writes them. */
export const indexText = (streams: readonly object[], current?: string) =>
  JSON.stringify(
    { version: '1.0.0', last_updated: 'then', ...(current === undefined ? {} : { current_stream: current }), streams },
    null,
    2,
  );
export const tasksText = (streamId: string, tasks: readonly object[]) =>
  JSON.stringify({ version: '1.0.0', stream_id: streamId, last_updated: 'then', tasks }, null, 2);
export const threadsText = (streamId: string, threads: readonly object[]) =>
  JSON.stringify({ version: '1.0.0', stream_id: streamId, last_updated: 'then', threads }, null, 2);

export type TemporaryWork = {
  readonly root: string;
  readonly files: WorkFiles;
  /** Absolute, of a path below `work/`. */
  path(relative: string): string;
  read(relative: string): Promise<string>;
  write(relative: string, text: string | Uint8Array): Promise<void>;
  dispose(): Promise<void>;
};

/** A folder with a `.git` and, below `work/`, the given files. */
export async function temporaryWork(files: Readonly<Record<string, string>> = {}, options: WorkFilesOptions = {}): Promise<TemporaryWork> {
  const directory = await temporaryDirectory();
  await mkdir(path.join(directory.path, '.git'));
  const inside = (relative: string) => path.join(directory.path, 'work', ...relative.split('/'));
  const write = async (relative: string, text: string | Uint8Array) => {
    await mkdir(path.dirname(inside(relative)), { recursive: true });
    await writeFile(inside(relative), text);
  };
  for (const [relative, text] of Object.entries(files)) await write(relative, text);
  return {
    root: directory.path,
    files: new WorkFiles(directory.path, options),
    path: inside,
    read: relative => readFile(inside(relative), 'utf8'),
    write,
    dispose: () => directory.dispose(),
  };
}
