import { execFile } from 'node:child_process';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from './temporaryDirectory';

const execute = promisify(execFile);

export type TemporaryRepository = {
  readonly root: string;
  /** Runs git in the repository, or in `cwd`; resolves to its standard output without the last newline. */
  git(args: readonly string[], cwd?: string): Promise<string>;
  /** Writes files below the root, or below `cwd`; names with `/`. */
  write(files: Readonly<Record<string, string | Buffer>>, cwd?: string): Promise<void>;
  /** Commits everything and resolves to the commit's id. */
  commit(message?: string, cwd?: string): Promise<string>;
  dispose(): Promise<void>;
};

/** Nothing of the machine's own settings may decide a test. */
const ownSettings = `[user]
\tname = Ada Test
\temail = ada@example.com
[commit]
\tgpgsign = false
[core]
\tautocrlf = false
[gc]
\tauto = 0
`;

/** Runs git without going through the product: the outside witness of what tests claim. */
export async function runGit(args: readonly string[], cwd: string): Promise<string> {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const { stdout } = await execute('git', [...args], { cwd, env: { ...environment, LC_ALL: 'C' }, maxBuffer: 1 << 28 });
  return stdout.replace(/\n$/, '');
}

/**
 * A repository on branch `main` with an identity of its own, in a folder of its own (so that siblings of the root are removed
 * with it). With `files` it has one commit with exactly those; without, none.
 */
export async function temporaryRepository(
  options: { readonly files?: Readonly<Record<string, string | Buffer>>; readonly name?: string } = {},
): Promise<TemporaryRepository> {
  const folder = await temporaryDirectory();
  const root = path.join(folder.path, options.name ?? 'repository');
  await mkdir(root, { recursive: true });
  const git = (args: readonly string[], cwd = root) => runGit(args, cwd);
  const write = async (files: Readonly<Record<string, string | Buffer>>, cwd = root) => {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(cwd, ...name.split('/'));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  };
  const commit = async (message = 'Change', cwd = root) => {
    await git(['add', '-A'], cwd);
    await git(['commit', '--quiet', '--allow-empty', '-m', message], cwd);
    return git(['rev-parse', 'HEAD'], cwd);
  };
  await git(['init', '--quiet', '--initial-branch=main']);
  await appendFile(path.join(root, '.git', 'config'), ownSettings);
  if (options.files) {
    await write(options.files);
    await commit('Start');
  }
  return { root, git, write, commit, dispose: () => folder.dispose() };
}
