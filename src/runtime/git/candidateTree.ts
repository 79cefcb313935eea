import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { isStateFile } from '../../domain/files/stateFiles';
import { newGitlinks } from './changes';
import type { Git } from './git';

export type KeepOurs = {
  /** The tree that git merged; may hold conflict markers in files that are put back. */
  readonly merged: string;
  readonly onto: string;
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
};

type Entry = { readonly mode: string; readonly object: string; readonly path: Buffer };

/** The merged tree with state files and unwanted repository ids as they are in `onto`, and which those are. */
export async function keepOurs(
  git: Git,
  { merged, onto, cwd, signal }: KeepOurs,
): Promise<{ readonly tree: string; readonly leftOut: readonly string[] }> {
  const links = new Set(await newGitlinks(git, cwd, onto, merged));
  const entries = (await differences(git, merged, onto)).filter(
    ({ path: name }) => isStateFile(name.toString()) || links.has(name.toString()),
  );
  if (entries.length === 0) return { tree: merged, leftOut: [] };
  // An index of its own, in a folder that git keeps to itself.
  const folder = await mkdtemp(path.join(await git.commonDir(), 'work-candidate-'));
  try {
    const env = { GIT_INDEX_FILE: path.join(folder, 'index') };
    await git.run(['read-tree', merged], { env, signal });
    const lines = entries.map(({ mode, object, path: name }) =>
      Buffer.concat([Buffer.from(`${mode} ${object}\t`), name, Buffer.from('\0')]),
    );
    await git.input(['update-index', '--replace', '-z', '--index-info'], Buffer.concat(lines), { env, signal });
    const { stdout } = await git.run(['write-tree'], { env, signal });
    return { tree: stdout.trim(), leftOut: entries.map(({ path: name }) => name.toString()).sort() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every path that differs, with what it is in `to`; mode `0` where `to` lacks it. Names as bytes, because they go back to git. */
async function differences(git: Git, from: string, to: string): Promise<readonly Entry[]> {
  const { stdout } = await git.bytes(['diff-tree', '-r', '--raw', '-z', '--no-renames', from, to, '--']);
  const fields = splitNul(stdout);
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = '0', , object = ''] = (fields[index] ?? Buffer.alloc(0)).toString().slice(1).split(' ');
    entries.push({ mode: mode === '000000' ? '0' : mode, object, path: fields[index + 1] ?? Buffer.alloc(0) });
  }
  return entries;
}

function splitNul(output: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(0, start);
    fields.push(output.subarray(start, end));
    start = end + 1;
  }
  return fields;
}
