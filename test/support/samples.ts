import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder of real workstreams that `WORK_SAMPLES` names (or that stands in its `agenv` folder), undefined when it is not
 * set: it holds `work/` and, per workstream, what the format's first tool made of it in `expected/`.
 */
export function samplesFolder(): string | undefined {
  const named = process.env.WORK_SAMPLES;
  if (named === undefined || named === '') return undefined;
  const folder = [named, path.join(named, 'agenv')].find(candidate => existsSync(path.join(candidate, 'expected')));
  if (folder === undefined) throw new Error(`WORK_SAMPLES is ${named}, which has no "expected" folder`);
  return folder;
}
