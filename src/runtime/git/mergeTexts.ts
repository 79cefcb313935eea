import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Git } from './git';

/** Merges what was made of a text on two sides, by lines; undefined where both changed the same lines. @throws {GitError} */
export async function mergeTexts(
  git: Git,
  texts: { readonly ours: string; readonly base: string; readonly theirs: string },
): Promise<string | undefined> {
  if (texts.ours === texts.base) return texts.theirs;
  const folder = await mkdtemp(path.join(tmpdir(), 'workstreams-merge-'));
  try {
    for (const name of ['ours', 'base', 'theirs'] as const) await writeFile(path.join(folder, name), texts[name]);
    const { stdout, exitCode } = await git.run(['merge-file', '-p', 'ours', 'base', 'theirs'], {
      cwd: folder,
      allowExit: Array.from({ length: 127 }, (_, index) => index + 1), // so many conflicts
    });
    return exitCode === 0 ? stdout : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
