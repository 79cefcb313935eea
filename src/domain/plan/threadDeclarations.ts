import { normalizeId } from '../ids';

/** Something that a thread names as what it depends on: its id with padded numbers, undefined when the text has none; 1-based line. */
export type PlanReference = { readonly text: string; readonly id: string | undefined; readonly line: number };

/** A path or glob that a thread says it changes; forward slashes, from the repository's root. 1-based line. */
export type PlanPath = { readonly path: string; readonly line: number };

type Kind = 'dependsOn' | 'files';
export type Declaration =
  | { readonly kind: 'dependsOn'; readonly references: readonly PlanReference[] }
  | { readonly kind: 'files'; readonly paths: readonly PlanPath[] };

const marker = /^\s*(?:[-*]\s+)?\*\*\s*(depends[ -]on|files)\s*:?\s*\*\*\s*:?\s*(.*)$/i;

/**
 * The lines `**Depends on:** 01.01.02, 01.02.01` and `**Files:** src/a.ts, test/**` of a thread's text. `open`: the last of them has
 * nothing behind it, so that the list below it says what.
 */
export function declarationsIn(text: string, line: number): { readonly found: readonly Declaration[]; readonly open: Kind | undefined } {
  const found: Declaration[] = [];
  let open: Kind | undefined;
  for (const [index, each] of text.split('\n').entries()) {
    const [, name, value = ''] = marker.exec(each) ?? [];
    if (name === undefined) continue;
    const kind: Kind = name.toLowerCase() === 'files' ? 'files' : 'dependsOn';
    open = value.trim() === '' ? kind : undefined;
    found.push(declared(kind, value, line + index));
  }
  return { found, open };
}

/** What the text behind a marker, or an item of the list below it, declares. `none` is what depends on nothing. */
export function declared(kind: Kind, value: string, line: number): Declaration {
  if (kind === 'files') return { kind, paths: entriesOf(value).map(entry => ({ path: asPath(entry), line })) };
  const named = entriesOf(value).filter(entry => !/^(?:none|nothing|-|–|—)\.?$/i.test(entry));
  return { kind, references: named.map(text => ({ text, id: idIn(text), line })) };
}

/** One item of the list below a marker: what it names stands first, words about it may follow. */
export function declaredByItem(kind: Kind, item: string, line: number): Declaration {
  const quoted = /^`+([^`]+)`+/.exec(item)?.[1];
  return declared(kind, quoted ?? /^[^\n]*?(?=:?\s|$)/.exec(item)?.[0] ?? '', line);
}

/** Split at commas and semicolons, but for those inside of braces. */
function entriesOf(value: string): readonly string[] {
  const parts = value.match(/(?:\{[^{}]*\}|[^,;])+/g) ?? [];
  return parts
    .map(part =>
      part
        .trim()
        .replace(/^`+|`+$/g, '')
        .trim(),
    )
    .filter(part => part !== '');
}

/** `01.01.02`, also in `Thread 1.1.2 (Router)`. A plain number says not enough. */
function idIn(text: string): string | undefined {
  const id = /(?:^|[^\d.])(\d+(?:\.\d+){1,3})(?![\d.]*\d)/.exec(text)?.[1];
  return id === undefined ? undefined : normalizeId(id);
}

function asPath(entry: string): string {
  return entry
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/(?<=[^/])\/+$/, '/**');
}
