import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Git } from './git';
import { textConflicts, type TextConflict } from './textConflicts';

export type TextMerge =
  | { readonly kind: 'merged'; readonly text: string }
  /** Where both sides changed the same lines. */
  | { readonly kind: 'conflicts'; readonly conflicts: readonly TextConflict[] };

/** Merges what was made of a text on two sides, by lines. @throws {GitError} */
export async function mergeTexts(
  git: Git,
  texts: { readonly ours: string; readonly base: string; readonly theirs: string },
): Promise<TextMerge> {
  if (texts.ours === texts.base) return { kind: 'merged', text: texts.theirs };
  return withTexts(texts, async cwd => {
    const size = markerSize(Object.values(texts).join('\n'));
    const { stdout, exitCode } = await git.run(['merge-file', '-p', `--marker-size=${size}`, 'ours', 'base', 'theirs'], {
      cwd,
      allowExit: Array.from({ length: 127 }, (_, index) => index + 1), // so many conflicts
    });
    return exitCode === 0 ? { kind: 'merged', text: stdout } : { kind: 'conflicts', conflicts: textConflicts(stdout, size) };
  });
}

/** What changed between two texts, as hunks of a unified diff without its head; empty when nothing did. @throws {GitError} */
export async function diffTexts(git: Git, { before, after }: { readonly before: string; readonly after: string }): Promise<string> {
  if (before === after) return '';
  return withTexts({ before, after }, async cwd => {
    const args = ['diff', '--no-index', '--no-color', '--no-ext-diff', '--no-textconv', '--text', '--', 'before', 'after'];
    const { stdout } = await git.run(args, { cwd, allowExit: [1] });
    return stdout.slice(stdout.search(/^@@ /m));
  });
}

async function withTexts<T>(texts: Readonly<Record<string, string>>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'workstreams-texts-'));
  try {
    for (const [name, text] of Object.entries(texts)) await writeFile(path.join(folder, name), text);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** So long that no line of a text can be taken for a marker. */
function markerSize(text: string): number {
  const longest = Math.max(0, ...(text.match(/^(?:<+|=+|>+)/gm) ?? []).map(run => run.length));
  return Math.max(7, longest + 1);
}
