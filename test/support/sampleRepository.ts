import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runGit } from './gitRepository';
import { projectRoot } from './projectRoot';
import type { ModelScript } from './scriptedModel';
import { readScriptFolder } from './scriptFolder';

export type SampleRepository = {
  readonly root: string;
  /** The id of its one workstream. */
  readonly stream: string;
  /** What the agents of its twelve tasks do, by task id; for `ScriptedModel.start`. */
  readonly scripts: readonly ModelScript[];
  /** The same as files, for a scripted model in a process of its own. */
  readonly scriptFolder: string;
};

/**
 * Makes the sample in `folder`, which is created: a small library on branch `main` with one commit and an identity of its own,
 * and a workstream of two stages, three batches, six threads and twelve tasks that nobody has begun.
 */
export async function buildSample({ folder }: { readonly folder: string }): Promise<SampleRepository> {
  const sample = path.join(projectRoot(), 'sample');
  await mkdir(folder, { recursive: true });
  await cp(path.join(sample, 'repository'), folder, { recursive: true });
  await runGit(['init', '--quiet', '--initial-branch=main'], folder);
  const settings = { 'user.name': 'Sam Sample', 'user.email': 'sam@example.com', 'commit.gpgsign': 'false', 'core.autocrlf': 'false' };
  for (const [key, value] of Object.entries(settings)) await runGit(['config', key, value], folder);
  await runGit(['add', '--all'], folder);
  await runGit(['commit', '--quiet', '--message', 'Split text into words, and plan the rest'], folder);
  const scriptFolder = path.join(sample, 'agents');
  return { root: folder, stream: '001-text-toolkit', scripts: await readScriptFolder(scriptFolder), scriptFolder };
}
