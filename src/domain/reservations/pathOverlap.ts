/**
 * Whether two reserved paths may mean a common file. Both are globs relative to one repository, with `/`: `*`, `?`, `[…]`, `{…}`,
 * `**`; a path also stands for everything below it. Symmetric, and when in doubt true: `[id].ts` may be a class or a name,
 * upper and lower case are the same file on some systems.
 */
export function pathsOverlap(left: string, right: string): boolean {
  return segmentsOverlap(segmentsOf(left), segmentsOf(right));
}

/** The paths of `left` that overlap one of `right`. */
export function overlappingPaths(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.filter(path => right.some(other => pathsOverlap(path, other)));
}

const anyFolders = '**';
/** Stands in a segment for any characters, also none. */
const any = '*';
/** Stands for any one character. */
const one = '?';
/** No path of a repository is longer, and the comparison needs a bound. */
export const longestPath = 500;

function segmentsOf(pattern: string): readonly string[] {
  const segments: string[] = [];
  for (const segment of splitSegments(normalized(pattern).slice(0, longestPath))) {
    if (segment === '' || segment === '.') continue;
    if (segment.includes('/')) return [...segments, anyFolders]; // an alternative that spans folders may mean anything from here on
    segments.push(segment === anyFolders ? anyFolders : simplified(segment));
  }
  return /[/\\]$/.test(pattern) ? [...segments, anyFolders] : segments;
}

/** Canonical characters; in the form of upper case, because several lower-case letters share one there and not the other way round. */
const normalized = (pattern: string) => pattern.normalize('NFC').replaceAll('\\', '/').toUpperCase().normalize('NFC');

/** At `/`, but for those inside of braces and parentheses that are closed. */
function splitSegments(pattern: string): readonly string[] {
  const segments: string[] = [];
  let current = '';
  let index = 0;
  while (index < pattern.length) {
    const group = /^(?:\{|[@!+?*]\()/.test(pattern.slice(index, index + 2)) ? groupAt(pattern, index) : undefined;
    const next = group ?? pattern.charAt(index);
    if (next === '/') {
      segments.push(current);
      current = '';
    } else {
      current += next;
    }
    index += next.length;
  }
  return [...segments, current];
}

/** The group of alternatives that begins there, with its end; undefined when it has none. */
function groupAt(pattern: string, start: number): string | undefined {
  let depth = 0;
  for (let index = start; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '{' || character === '(') depth++;
    if (character === '}' || character === ')') depth--;
    if (depth === 0 && (character === '}' || character === ')')) return pattern.slice(start, index + 1);
  }
  return undefined;
}

/** With nothing but literal characters, `*` and `?`: classes and alternatives become `*`, which is more than they match. */
function simplified(segment: string): string {
  return segment
    .replace(/[@!+?*]\(.*\)/g, any)
    .replace(/\{.*\}/g, any)
    .replace(/\[.*\]/g, any)
    .replace(/\*+/g, any);
}

function segmentsOverlap(left: readonly string[], right: readonly string[]): boolean {
  return meet(left.length, right.length, (l, r, overlaps) => {
    const [a, b] = [left[l], right[r]];
    if (a === undefined) return reachesBelow(left, right, r);
    if (b === undefined) return reachesBelow(right, left, l);
    if (a === anyFolders) return overlaps(l + 1, r) || overlaps(l, r + 1);
    if (b === anyFolders) return overlaps(l, r + 1) || overlaps(l + 1, r);
    return namesOverlap(a, b) && overlaps(l + 1, r + 1);
  });
}

/**
 * Whether what is left of `longer` from `position` on can be below `ended`. Always where the way there was said; where it was `**`,
 * that is a search, and what looks like a file's name is no folder to it: `**` + `/b.ts` does not mean `src/a.ts/b.ts`.
 */
function reachesBelow(ended: readonly string[], longer: readonly string[], position: number): boolean {
  if (longer.slice(position).every(segment => segment === anyFolders)) return true;
  return !longer.slice(0, position + 1).includes(anyFolders) || !/[^.]\.[A-Z][A-Z0-9]{0,9}$/.test(ended.at(-1) ?? '');
}

/** Whether one name can match both, with `*` and `?` in either. */
function namesOverlap(left: string, right: string): boolean {
  if (left === right) return true;
  return meet(left.length, right.length, (l, r, overlaps) => {
    const [a, b] = [left[l], right[r]];
    if (a === undefined && b === undefined) return true;
    if (a === any) return overlaps(l + 1, r) || (b !== undefined && overlaps(l, r + 1));
    if (b === any) return overlaps(l, r + 1) || (a !== undefined && overlaps(l + 1, r));
    if (a === undefined || b === undefined) return false;
    return (a === b || a === one || b === one) && overlaps(l + 1, r + 1);
  });
}

type Decide = (left: number, right: number, overlaps: (left: number, right: number) => boolean) => boolean;

/** Asks from the last pair of positions to the first, so that each is decided once and what it rests on is known. */
function meet(leftLength: number, rightLength: number, decide: Decide): boolean {
  const width = rightLength + 1;
  const known = new Uint8Array((leftLength + 1) * width);
  const overlaps = (left: number, right: number) => known[left * width + right] === 1;
  for (let left = leftLength; left >= 0; left--) {
    for (let right = rightLength; right >= 0; right--) {
      known[left * width + right] = decide(left, right, overlaps) ? 1 : 0;
    }
  }
  return overlaps(0, 0);
}
