import picomatch from 'picomatch';

/**
 * Whether two paths or globs could mean the same file, as far as their text can tell: in doubt they do. A path without
 * wildcards and without an extension may be a folder, with everything in it; upper and lower case are the same, as they are on many disks.
 */
export function pathsOverlap(left: string, right: string): boolean {
  if (left.startsWith('!') || right.startsWith('!')) return false; // takes away from what others of its list say
  return segmentsOverlap(segmentsOf(left), segmentsOf(right));
}

/** Which of `mine` could mean a file that `others` mean too. */
export function sharedPaths(mine: readonly string[], others: readonly string[]): readonly string[] {
  return mine.filter(path => others.some(other => pathsOverlap(path, other)));
}

const anyDepth = '**';

/** Braces may hold slashes: from there on anything can follow. */
function segmentsOf(path: string): readonly string[] {
  const clean = path.toLowerCase().replace(/^(?:\.?\/)+/, '');
  const brace = /[{(][^)}]*\//.exec(clean);
  const known = brace ? `${clean.slice(0, clean.lastIndexOf('/', brace.index) + 1)}${anyDepth}` : clean;
  return known.split('/').filter(segment => segment !== '' && segment !== '.');
}

function segmentsOverlap(left: readonly string[], right: readonly string[]): boolean {
  // reachable[j]: what stands before left[i] and before right[j] can mean the same folder
  let reachable = closure(new Set([0]), right);
  for (const [index, segment] of left.entries()) {
    const isLast = index === left.length - 1;
    const next = new Set<number>();
    for (const at of reachable) {
      const other = right[at];
      if (segment === anyDepth) {
        for (let skipped = at; skipped <= right.length; skipped++) next.add(skipped);
      } else if (other === anyDepth) {
        next.add(at);
      } else if (other === undefined) {
        if (mayBeFolder(right[at - 1])) return true; // below a folder that was named
      } else if (segmentOverlaps(segment, other)) {
        if (isLast && mayBeFolder(segment)) return true; // the other one is that, or below it
        next.add(at + 1);
      }
    }
    reachable = closure(next, right);
    if (reachable.size === 0) return false;
  }
  return reachable.has(right.length);
}

/** `**` stands for nothing too. */
function closure(places: ReadonlySet<number>, segments: readonly string[]): ReadonlySet<number> {
  const all = new Set(places);
  for (const at of all) if (segments[at] === anyDepth) all.add(at + 1);
  return all;
}

/** A name with an extension is a file's. */
const mayBeFolder = (segment: string | undefined) =>
  segment !== undefined && !hasWildcard(segment) && !/[^.]\.[a-z][a-z0-9]*$/.test(segment);
const hasWildcard = (segment: string) => /[*?[\]{}()]/.test(segment);

function segmentOverlaps(left: string, right: string): boolean {
  if (left === right) return true;
  if (!hasWildcard(right)) return hasWildcard(left) && matches(left, right);
  if (!hasWildcard(left)) return matches(right, left);
  const [leftEnds, rightEnds] = [fixedEnds(left), fixedEnds(right)];
  const agree = leftEnds.start.startsWith(rightEnds.start) || rightEnds.start.startsWith(leftEnds.start);
  return agree && (leftEnds.end.endsWith(rightEnds.end) || rightEnds.end.endsWith(leftEnds.end));
}

const matches = (glob: string, name: string) => glob === name || picomatch.isMatch(name, glob, { dot: true });

/** What stands before the first wildcard and behind the last. */
function fixedEnds(segment: string): { readonly start: string; readonly end: string } {
  return { start: /^[^*?[\]{}()]*/.exec(segment)?.[0] ?? '', end: /[^*?[\]{}()]*$/.exec(segment)?.[0] ?? '' };
}
