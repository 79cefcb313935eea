import path from 'node:path';
import * as z from 'zod';
import { readIssues, type IssuesReading } from '../../domain/sources/beads/readIssues';
import type { SourceProblem } from '../../domain/sources/importedPlan';
import { readSourceFile, namesIn } from './sourceFiles';

export const beadsFolder = '.beads';

/** Names that beads gives its export, when its settings name none. */
const usualNames = ['issues.jsonl', 'beads.jsonl', 'beads.base.jsonl'];
const settings = z.looseObject({ jsonl_export: z.string().optional() });

export type BeadsReading = IssuesReading & {
  /** Relative to the root, with `/`; undefined when there is no export. */
  readonly file: string | undefined;
};

/** The issues that beads exported into its folder (or into the named file of it). Only ever read: `bd` alone writes there. */
export async function readBeads(root: string, at: string = beadsFolder): Promise<BeadsReading> {
  const { file, problems } = at.endsWith('.jsonl') ? { file: at, problems: [] } : await exportIn(root, at);
  if (file === undefined) return { file, issues: [], problems };
  const read = await readSourceFile(root, file);
  if (read.kind === 'ok') {
    const reading = readIssues(file, read.text);
    return { file, issues: reading.issues, problems: [...problems, ...reading.problems] };
  }
  const message = read.kind === 'absent' ? `There is no ${file}.` : `${file} cannot be read: ${read.message}.`;
  return { file, issues: [], problems: [...problems, { severity: 'error', message, at: { file, line: 1 } }] };
}

async function exportIn(
  root: string,
  folder: string,
): Promise<{ readonly file: string | undefined; readonly problems: readonly SourceProblem[] }> {
  const names = await namesIn(path.join(root, ...folder.split('/')));
  const { named, problems } = await namedExport(root, folder);
  const name = [...(named === undefined ? [] : [named]), ...usualNames].find(each => names.includes(each));
  return { file: name === undefined ? undefined : `${folder}/${name}`, problems };
}

/** What `metadata.json` says; a name that would lead out of the folder is none. */
async function namedExport(
  root: string,
  folder: string,
): Promise<{ readonly named: string | undefined; readonly problems: readonly SourceProblem[] }> {
  const file = `${folder}/metadata.json`;
  const read = await readSourceFile(root, file);
  if (read.kind === 'absent') return { named: undefined, problems: [] };
  const warning = (message: string) => ({ named: undefined, problems: [{ severity: 'warning', message, at: { file, line: 1 } }] as const });
  if (read.kind === 'bad') return warning(`${file} cannot be read: ${read.message}. The usual names are looked for.`);
  const data = settings.safeParse(parsed(read.text)).data;
  if (!data) return warning(`${file} is not as beads writes it. The usual names are looked for.`);
  const { jsonl_export: named } = data;
  if (named === undefined || named === '') return { named: undefined, problems: [] };
  if (/^[^\\/:]+\.jsonl$/.test(named)) return { named, problems: [] };
  return warning(`"jsonl_export" in ${file} is no name of a file beside it. The usual names are looked for.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
