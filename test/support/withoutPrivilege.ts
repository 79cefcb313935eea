import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import path from 'node:path';
import { projectRoot } from './projectRoot';

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

const execute = promisify(execFile);
/** Without it, root too is kept from what a file's mode forbids. */
const dropped = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--inh-caps', '-dac_override,-dac_read_search'];

/**
 * Runs the bundled `work` as a user for whom the modes of files count; undefined where that cannot be had, on systems without
 * modes and for a root whose rights cannot be lessened.
 */
export async function runProgram(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended | undefined> {
  if (process.platform === 'win32') return undefined;
  const isRoot = process.getuid?.() === 0;
  const canDrop = isRoot && (await run([...dropped, 'true'], cwd, env)).code === 0;
  if (isRoot && !canDrop) return undefined;
  return run([...(isRoot ? dropped : []), process.execPath, path.join(projectRoot(), 'dist', 'work.js'), ...args], cwd, env);
}

async function run(
  [file = '', ...args]: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  try {
    const { stdout, stderr } = await execute(file, args, { cwd, env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as { readonly code?: number | string; readonly stdout?: string; readonly stderr?: string };
    return { code: typeof code === 'number' ? code : -1, out: stdout, err: stderr };
  }
}
