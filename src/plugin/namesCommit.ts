import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether `git checkout <word>` would leave the branch: the word is a branch, a tag or a commit, or a remote has such a branch. */
export async function namesCommit(word: string, directory: string): Promise<boolean> {
  if (await succeeds(['rev-parse', '--verify', '--quiet', '--end-of-options', `${word}^{commit}`], directory)) return true;
  return (await output(['for-each-ref', '--count=1', '--format=%(refname)', `refs/remotes/*/${word}`], directory)).trim() !== '';
}

async function succeeds(args: readonly string[], cwd: string): Promise<boolean> {
  return run('git', [...args], { cwd, windowsHide: true }).then(
    () => true,
    () => false,
  );
}

async function output(args: readonly string[], cwd: string): Promise<string> {
  return run('git', [...args], { cwd, windowsHide: true }).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
