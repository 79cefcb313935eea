import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

export type FakeProgram = {
  /** The arguments of every call, in order. */
  calls(): Promise<readonly (readonly string[])[]>;
};

/**
 * A program of that name in a folder for PATH: it notes its arguments and then does what `body` says (JavaScript, with `args` and `cwd`).
 * @param folder of the test's own
 */
export async function fakeProgram(folder: string, name: string, body: string): Promise<FakeProgram> {
  await mkdir(folder, { recursive: true });
  const log = path.join(folder, `${name}.log`);
  const script = path.join(folder, `${name}.cjs`);
  const note = `require('fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + '\\n');`;
  await writeFile(script, `const args = process.argv.slice(2); const cwd = process.cwd();\n${note}\n${body}\n`);
  if (process.platform === 'win32') {
    await writeFile(path.join(folder, `${name}.cmd`), `@"${process.execPath}" "${script}" %*\r\n`);
  } else {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
    await chmod(file, 0o755);
  }
  return {
    calls: async () => {
      const text = await readFile(log, 'utf8').catch(() => '');
      return text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as readonly string[]]));
    },
  };
}
