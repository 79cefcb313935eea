import { simpleGit } from 'simple-git';
import { fixedSettings, ownGitVariables } from './gitEnvironment';
import type { GitCall, GitProcessResult } from './gitProcess';

/**
 * Runs git through simple-git. Left to itself the library takes a non-zero exit with an empty standard error for success and
 * hides the exit code; here every exit comes back as it was and the caller judges it.
 */
export async function runSimpleGit({ args, cwd, environment, signal }: GitCall): Promise<GitProcessResult> {
  let result: GitProcessResult | undefined;
  const git = simpleGit({
    baseDir: cwd,
    config: [...fixedSettings],
    unsafe: { allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true },
    allowEnvironment: ownGitVariables,
    completion: { onClose: true, onExit: false }, // at "exit" there may be output still to come
    errors: (error, { exitCode, stdErr, stdOut }) => {
      const stderr = Buffer.concat(stdErr);
      // A negative code is the library's word for a process that could not be started; null for one that a signal ended.
      const ended = Number.isInteger(exitCode) && exitCode >= 0;
      result = {
        stdout: Buffer.concat(stdOut),
        stderr,
        exitCode: ended ? exitCode : undefined,
        missing: stderr.includes('ENOENT') && !ended,
      };
      return exitCode === 0 ? undefined : (error ?? Buffer.concat([...stdErr, ...stdOut]));
    },
    ...(signal ? { abort: signal } : {}),
  })
    .env({ ...environment })
    .outputHandler((_command, stdout) => {
      // The library waits another 50 ms after a command that printed nothing; an empty chunk spares every silent command that.
      stdout.once('end', () => stdout.emit('data', Buffer.alloc(0)));
    });
  try {
    await git.raw([...args]);
  } catch (error) {
    if (!result || result.exitCode === 0) throw error;
  }
  if (!result) throw new Error(`git ${args[0] ?? ''} ended without a result`);
  return result;
}
