import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A fresh folder with a resolved path (macOS links its temporary folder), removed by `dispose`. */
export async function temporaryDirectory(prefix = 'workstreams-'): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), prefix)));
  return { path: folder, dispose: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
