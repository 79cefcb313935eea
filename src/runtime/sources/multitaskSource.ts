import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { count } from '../../common/text';
import { multitaskPlan } from '../../domain/multitask/multitaskPlan';
import { parseMultitask } from '../../domain/multitask/parseMultitask';
import { readText } from '../files/readText';
import type { FoundSource, Source } from './source';

const isConfig = (name: string) => /^multitask[^/]*\.(json|md)$|\.multitask\.(json|md)$/i.test(name);
/** Folders in which nobody keeps a config of their own. */
const passedOver = new Set(['node_modules', '.git', '.worktrees', 'dist', 'out', 'build']);

/** Lists of issues and branches: `multitask*.json`, `*.multitask.json` and the same as `.md`, in the root and its folders. */
export const multitaskSource: Source = {
  kind: 'multitask',

  async find(root) {
    const top = await entriesOf(root);
    const folders = top.filter(entry => entry.isDirectory() && !passedOver.has(entry.name)).map(({ name }) => name);
    const below = await Promise.all(
      folders.map(async folder => (await entriesOf(path.join(root, folder))).map(entry => ({ folder, entry }))),
    );
    const files = [...top.map(entry => ({ folder: '', entry })), ...below.flat()]
      .filter(({ entry }) => entry.isFile() && isConfig(entry.name))
      .map(({ folder, entry }) => (folder === '' ? entry.name : `${folder}/${entry.name}`))
      .sort();
    return Promise.all(files.map(file => describe(root, file)));
  },

  async read(root, file) {
    const text = await readText(path.join(root, ...file.split('/')));
    if (text.kind !== 'ok') {
      const message = text.kind === 'absent' ? `There is no file ${file}.` : `${file} cannot be read: ${text.message}.`;
      return { plan: undefined, problems: [{ severity: 'error', message, at: { file, line: 1, column: 1 } }] };
    }
    const { entries, problems } = parseMultitask(text.text, file);
    return { plan: entries.length === 0 ? undefined : multitaskPlan(entries, file), problems };
  },

  /** The config says what is to be done and has no place for what became of it. */
  writeBack(_root, file, tasks) {
    const done = tasks.filter(({ status }) => status !== 'pending').length;
    return Promise.resolve(
      done === 0 ? [] : [`${file} has no place for how its ${count(done, 'entry', 'entries')} stand: nothing was written into it.`],
    );
  },
};

async function describe(root: string, file: string): Promise<FoundSource> {
  const { plan } = await multitaskSource.read(root, file);
  const number = plan?.stages.reduce((sum, { threads }) => sum + threads.length, 0);
  return {
    kind: 'multitask',
    path: file,
    title: path.posix.basename(file),
    detail: number === undefined ? 'cannot be read' : count(number, 'entry', 'entries'),
  };
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
