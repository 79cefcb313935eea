/** The rules by which a conflict is resolved without anybody: no meaning can be lost by them. */
export const resolutionRules = ['identical', 'line ends', 'whitespace'] as const;
export type ResolutionRule = (typeof resolutionRules)[number];

/** The three texts of a file in conflict, each byte a character (latin1); no base when both sides added it. */
export type ConflictTexts = { readonly base: string | undefined; readonly ours: string; readonly theirs: string };
export type RuledConflict = { readonly rule: ResolutionRule; readonly side: 'ours' | 'theirs' };

/**
 * Which side may be taken whole, because the other one says nothing else: both say the same, or one of them changed nothing but line
 * ends and spaces around lines. Undefined when anything else differs, for a binary file, and for spaces where they have a meaning.
 */
export function resolveByRule(path: string, { base, ours, theirs }: ConflictTexts): RuledConflict | undefined {
  const texts = [base ?? '', ours, theirs];
  if (texts.some(text => text.includes('\0'))) return undefined;
  const normals: readonly (readonly [ResolutionRule, (text: string) => string])[] = [
    ['identical', text => text],
    ['line ends', withoutLineEnds],
    ...(hasMeaningfulSpaces(path, texts) ? [] : [['whitespace', withoutOuterSpaces] as const]),
  ];
  for (const [rule, normal] of normals) {
    const [was, left, right] = [base === undefined ? undefined : normal(base), normal(ours), normal(theirs)];
    if (left === right || was === right) return { rule, side: 'ours' };
    if (was === left) return { rule, side: 'theirs' };
  }
  return undefined;
}

const withoutLineEnds = (text: string) => text.replaceAll('\r\n', '\n').replace(/\n$/, '');

/** Spaces within a line may stand in a text that the program shows: they count. So do those behind a backslash. */
const withoutOuterSpaces = (text: string) =>
  withoutLineEnds(text)
    .split('\n')
    .map(line => line.replace(/^[ \t]+/, '').replace(/(?<!\\[ \t]*)[ \t\r]+$/, ''))
    .join('\n');

/** Files whose indentation or trailing spaces say something. What is not known is taken for such a file. */
function hasMeaningfulSpaces(path: string, texts: readonly string[]): boolean {
  const name = path.split('/').at(-1) ?? '';
  if (!freeFormed.has(/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '')) return true;
  return texts.some(text => text.split('\n').some(opensText));
}

/** Whether a text may begin or end on the line that goes over several lines, where spaces count: its quotes are not in pairs. */
const opensText = (line: string) => ['"', "'", '`'].some(quote => line.split(quote).length % 2 === 0);

/** Endings of languages in which spaces around a line mean nothing outside of texts. */
const freeFormed: ReadonlySet<string> = new Set(
  'c h cc cpp cxx hpp hh cs css scss less go java js jsx mjs cjs ts tsx mts cts json jsonc json5 kt kts rs swift dart proto scala zig'.split(
    ' ',
  ),
);
