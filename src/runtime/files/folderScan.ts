import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { temporarySuffix } from './writeText';

/** What stood in `work/` at one moment: path → what tells one state from another. */
export type FolderScan = { readonly files: ReadonlyMap<string, string>; readonly folders: ReadonlyMap<string, string> };

export const emptyScan: FolderScan = { files: new Map(), folders: new Map() };

const streamFiles = ['PLAN.md', 'TASKS.md', 'tasks.json', 'threads.json', 'COMPLETION.md', 'METRICS.md', 'REPORT.md'];
const streamFolders = ['prompts', 'reports'];
/** `prompts/<stage>/<batch>/` */
const depth = 3;

/** Looks at the state files, and with `deep` at prompts and reports too. */
export async function scanFolder(work: string, deep: boolean): Promise<FolderScan> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();

  const look = async (file: string): Promise<boolean> => {
    const facts = await stat(file, { bigint: true }).catch(() => undefined);
    if (facts?.isDirectory() === true) folders.set(file, `${facts.dev}:${facts.ino}`);
    else if (facts) files.set(file, `${facts.ino}:${facts.size}:${facts.mtimeNs}`);
    return facts?.isDirectory() === true;
  };
  const walk = async (folder: string, levels: number): Promise<void> => {
    const names = (await readdir(folder).catch(() => [])).filter(name => !isPassing(name));
    await Promise.all(
      names.map(async name => {
        if ((await look(path.join(folder, name))) && levels > 1) await walk(path.join(folder, name), levels - 1);
      }),
    );
  };
  const lookAtStream = async (folder: string): Promise<void> => {
    if (!(await look(folder))) return;
    await Promise.all(streamFiles.map(name => look(path.join(folder, name))));
    if (!deep) return;
    await Promise.all(
      streamFolders.map(async name => {
        if (await look(path.join(folder, name))) await walk(path.join(folder, name), depth);
      }),
    );
  };

  if (await look(work)) {
    const entries = await readdir(work, { withFileTypes: true }).catch(() => []);
    await Promise.all(
      entries
        .filter(({ name }) => !isPassing(name))
        .map(entry => (entry.isFile() ? look(path.join(work, entry.name)) : lookAtStream(path.join(work, entry.name)))),
    );
  }
  return { files, folders };
}

/** Locks, and files that are still being written. */
export function isPassing(name: string): boolean {
  return name.startsWith('.') || name.endsWith('.lock') || name.endsWith(temporarySuffix);
}

/** Whether only a deep look sees it. `file` is a path in `work`. */
export function isDeep(work: string, file: string): boolean {
  const [, name = ''] = path.relative(work, file).split(path.sep);
  return streamFolders.includes(name);
}

/** Files and folders that are new, gone or different in `after`. */
export function changedPaths(before: FolderScan, after: FolderScan): readonly string[] {
  const differing = (old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>) =>
    [...new Set([...old.keys(), ...now.keys()])].filter(file => old.get(file) !== now.get(file));
  return [...differing(before.files, after.files), ...differing(before.folders, after.folders)];
}

/** What a look that was not deep saw, and what an earlier one knew of the rest. */
export function withDeepOf(work: string, shallow: FolderScan, earlier: FolderScan): FolderScan {
  const join = (now: ReadonlyMap<string, string>, old: ReadonlyMap<string, string>) =>
    new Map([...now, ...[...old].filter(([file]) => isDeep(work, file))]);
  return { files: join(shallow.files, earlier.files), folders: join(shallow.folders, earlier.folders) };
}
