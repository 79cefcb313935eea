import { execFile } from 'node:child_process';
import path from 'node:path';
import { runGit } from './gitRepository';
import { temporaryDirectory } from './temporaryDirectory';

/**
 * Clones a repository and runs a command on each commit of a branch along its first parents, oldest first, without any of the
 * product's code. Gives those on which it does not end with 0, as `<commit> <subject>`.
 */
export async function redCommits(
  repository: string,
  { branch, from, command, timeLimit }: { branch: string; from: string; command: readonly [string, ...string[]]; timeLimit: number },
): Promise<{ readonly walked: number; readonly red: readonly string[] }> {
  const folder = await temporaryDirectory();
  try {
    const clone = path.join(folder.path, 'clone');
    await runGit(['clone', '--quiet', '--no-checkout', repository, clone], folder.path);
    const listed = await runGit(
      ['rev-list', '--reverse', '--first-parent', '--format=%H %s', '--no-commit-header', `${from}..origin/${branch}`],
      clone,
    );
    const commits = listed.split('\n').filter(line => line !== '');
    const red: string[] = [];
    for (const commit of commits) {
      await runGit(['checkout', '--quiet', '--force', '--detach', commit.split(' ')[0] ?? ''], clone);
      if (!(await isGreen(command, clone, timeLimit))) red.push(commit);
    }
    return { walked: commits.length, red };
  } finally {
    await folder.dispose();
  }
}

function isGreen([program, ...args]: readonly [string, ...string[]], cwd: string, timeout: number): Promise<boolean> {
  return new Promise(resolve => execFile(program, args, { cwd, timeout, killSignal: 'SIGKILL' }, error => resolve(error === null)));
}
