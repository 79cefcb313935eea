import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripControl, truncate } from '../../common/text';
import type { DraftFile } from '../../domain/specs/changeDraft';
import { findProgram } from '../programs/findProgram';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { runProgram } from '../programs/runProgram';

/** Milliseconds; it reads a handful of files. */
const limit = 60_000;
const longestOutput = 4000;

/** Undefined: openspec is not there to be asked. */
export type DraftValidation = { readonly isValid: boolean; readonly output: string } | undefined;

/** What `openspec validate --strict` says of a draft, in a copy of the project's specifications: the project's own are not touched. */
export async function validateDraft(
  openspec: string,
  { id, files }: { readonly id: string; readonly files: readonly DraftFile[] },
  env: ProgramEnvironment,
  signal: AbortSignal,
): Promise<DraftValidation> {
  const program = await findProgram('openspec', env);
  if (program === undefined) return undefined;
  const place = await mkdtemp(path.join(tmpdir(), 'work-draft-'));
  try {
    await cp(openspec, path.join(place, 'openspec'), { recursive: true });
    await writeDraft(path.join(place, 'openspec', 'changes', id), files);
    const args = ['validate', id, '--strict', '--no-interactive'];
    const quiet = { ...env, OPENSPEC_TELEMETRY: '0' }; // it would tell its makers
    const { exitCode, stdout, stderr } = await runProgram(program, args, { cwd: place, env: quiet, limit, signal });
    return { isValid: exitCode === 0, output: truncate(stripControl(`${stdout}\n${stderr}`).trim(), longestOutput) };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

export async function writeDraft(folder: string, files: readonly DraftFile[]): Promise<void> {
  for (const file of files) {
    const target = path.join(folder, ...file.path.split('/'));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text, { flag: 'wx' });
  }
}
