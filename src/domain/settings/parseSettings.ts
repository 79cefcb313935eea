import * as z from 'zod';
import { truncate } from '../../common/text';
import { settingsSchema, type Settings } from './settings';

const prefix = 'work.';
const leaves: ReadonlyMap<string, z.ZodType> = new Map(leavesOf(settingsSchema, prefix));

/** The full name of every setting: `work.isolation`, `work.server.port`, … */
export const settingNames: readonly string[] = [...leaves.keys()];

export type ParsedSettings = { readonly settings: Settings; readonly problems: readonly string[] };

/**
 * Reads settings by their full names; absent, undefined and null ones have their default. A bad value has it too, and a
 * sentence that says so, as has a name beginning with `work.` that is no setting. `origins` says where a value comes from,
 * for that sentence.
 */
export function parseSettings(source: Readonly<Record<string, unknown>>, origins: Readonly<Record<string, string>> = {}): ParsedSettings {
  const problems: string[] = [];
  const tree: Tree = emptyTree();
  for (const [name, value] of Object.entries(source)) {
    if (!name.startsWith(prefix) || value === undefined || value === null) continue;
    const label = origins[name] === undefined ? name : `${name} (${origins[name]})`;
    const schema = leaves.get(name);
    const issue = schema?.safeParse(value).error?.issues[0];
    if (!schema) problems.push(`${label} is not a setting.`);
    else if (issue) problems.push(`${label} ${problemOf(issue)}, not ${shown(value)}. The default, ${shown(defaultOf(schema))}, is used.`);
    else put(tree, name.slice(prefix.length), value);
  }
  return { settings: settingsSchema.parse(tree), problems };
}

export const defaultSettings: Settings = parseSettings({}).settings;

/** The value that a text from a command line or an environment variable means for a setting. */
export function settingFromText(name: string, value: string): unknown {
  const schema = leaves.get(name);
  const candidates = /^\s*[[{]/.test(value) ? [parseJson(value), value] : [value, parseJson(value), [value]];
  return candidates.find(candidate => candidate !== undefined && schema?.safeParse(candidate).success) ?? value;
}

/** `work.worktrees.setup` → `WORK_WORKTREES_SETUP`. */
export function environmentName(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').replaceAll('.', '_').toUpperCase();
}

type Tree = Record<string, unknown>;

function leavesOf(schema: z.ZodObject, path: string): [string, z.ZodType][] {
  return Object.entries(schema.shape).flatMap(([name, inner]) =>
    inner instanceof z.ZodObject
      ? leavesOf(inner, `${path}${name}.`)
      : [[`${path}${name}`, inner as z.ZodType] satisfies [string, z.ZodType]],
  );
}

function emptyTree(): Tree {
  return Object.fromEntries(
    Object.entries(settingsSchema.shape).flatMap(([name, inner]) => (inner instanceof z.ZodObject ? [[name, {}]] : [])),
  );
}

/** Settings are at most one group deep. */
function put(tree: Tree, path: string, value: unknown): void {
  const [first = '', second] = path.split('.');
  if (second === undefined) tree[first] = value;
  else tree[first] = { ...(tree[first] as Tree), [second]: value };
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0
    ? message
    : `entry ${path.map(step => (typeof step === 'number' ? step + 1 : String(step))).join('.')} ${message}`;
}

function defaultOf(schema: z.ZodType): unknown {
  return schema.safeParse(undefined).data ?? '';
}

function shown(value: unknown): string {
  return truncate(JSON.stringify(value), 80);
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
