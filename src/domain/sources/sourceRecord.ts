import * as z from 'zod';
import { sourceKinds, type ImportedPlan } from './importedPlan';
import type { PlanFiles } from './planFromImport';

const keyOfId = z.object({ id: z.string(), key: z.string() });

/** What was imported: everything that bringing it up to date again is compared with. */
const imported = z.object({
  /** SHA-256 of what was read from the source, hexadecimal. */
  hash: z.string(),
  threads: z.array(keyOfId),
  tasks: z.array(keyOfId.extend({ title: z.string() })),
  /** `PLAN.md` as it was made of that. */
  plan: z.string(),
});

const record = z.object({
  version: z.literal('1.0.0'),
  kind: z.enum(sourceKinds),
  path: z.string(),
  /** Who has what names nobody; without it, `default`. */
  agent: z.string().optional(),
  imported_at: z.string(),
  imported,
  /** What is imported as soon as `PLAN.md` has this hash: written before it, so that whoever is cut off in between knows. */
  next: z.object({ plan_hash: z.string(), imported }).optional(),
});

/** `source.json`: where a workstream's plan came from, and what of it stands for what there. */
export type SourceRecord = z.infer<typeof record>;
export type Imported = z.infer<typeof imported>;

export function importedFrom(hash: string, { text, threadKeys, taskKeys }: PlanFiles): Imported {
  return { hash, threads: [...threadKeys], tasks: [...taskKeys], plan: text };
}

/** `at` is an ISO time. */
export function sourceRecordText(
  { kind, path, agent }: Pick<ImportedPlan, 'kind' | 'path'> & { readonly agent?: string | undefined },
  imported: Imported,
  at: string,
  next?: SourceRecord['next'],
): string {
  const value: SourceRecord = {
    version: '1.0.0',
    kind,
    path,
    ...(agent === undefined ? {} : { agent }),
    imported_at: at,
    imported,
    ...(next ? { next } : {}),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Undefined for what this program did not write, or a person broke. */
export function parseSourceRecord(text: string): SourceRecord | undefined {
  try {
    return record.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
