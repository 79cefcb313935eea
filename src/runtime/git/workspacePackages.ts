import { readFile } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { parse } from 'yaml';
import * as z from 'zod';

export type WorkspacePackages = {
  readonly file: 'package.json' | 'pnpm-workspace.yaml';
  readonly patterns: readonly string[];
};

const patterns = z.array(z.string());
const packageJson = z.looseObject({ workspaces: z.union([patterns, z.looseObject({ packages: patterns })]).optional() });
const pnpmWorkspace = z.looseObject({ packages: patterns.optional() });

/** How the repository declares packages inside itself, if it does; a file that cannot be read declares none. */
export async function workspacePackages(root: string): Promise<WorkspacePackages | undefined> {
  const pnpm = pnpmWorkspace.safeParse(await readAs(path.join(root, 'pnpm-workspace.yaml'), parse));
  if (pnpm.data?.packages) return { file: 'pnpm-workspace.yaml', patterns: pnpm.data.packages };
  const npm = packageJson.safeParse(await readAs(path.join(root, 'package.json'), JSON.parse));
  const declared = npm.data?.workspaces;
  return declared ? { file: 'package.json', patterns: Array.isArray(declared) ? declared : declared.packages } : undefined;
}

/** Whether package managers would take a worktree in `folder` (relative to the root, with `/`) for one of the packages. */
export function coversFolder({ patterns: globs }: WorkspacePackages, folder: string): boolean {
  const wanted = globs.filter(glob => !glob.startsWith('!')).map(glob => glob.replace(/^\.\//, '').replace(/\/$/, ''));
  return picomatch(wanted, { dot: true })(`${folder}/task`) || picomatch(wanted, { dot: true })(folder);
}

async function readAs(file: string, parseText: (text: string) => unknown): Promise<unknown> {
  try {
    return parseText(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
