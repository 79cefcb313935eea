import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';

export type ShimOptions = {
  readonly folder: string;
  /** The bundle that the shim runs. */
  readonly script: string;
  /** Node, or an editor's executable that acts as Node when `ELECTRON_RUN_AS_NODE` is set. */
  readonly executable: string;
};

/** Puts `work` into a folder of its own, for shells and for Windows' command prompt, and gives that folder. Written only when it changed. */
export async function ensureWorkShim({ folder, script, executable }: ShimOptions): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeChanged(
    path.join(folder, 'work'),
    `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${shellQuote(executable)} ${shellQuote(script)} "$@"\n`,
  );
  await writeChanged(path.join(folder, 'work.cmd'), `@echo off\r\nset ELECTRON_RUN_AS_NODE=1\r\n"${executable}" "${script}" %*\r\n`);
  await chmod(path.join(folder, 'work'), 0o755);
  return folder;
}

async function writeChanged(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) await writeFileAtomic(file, text);
}

const shellQuote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
