import { readFrontMatter } from './taskFiles/frontMatter';
import { statusOf } from './taskFiles/statusWords';

/**
 * What an agent made of a file that the plan came from, without the marks of its progress: boxes, and the status of a task file that
 * says begun or done, are as `base` has them. All else stays, byte for byte; so does a status that says why the agent stopped.
 */
export function withoutMarks(base: string, text: string): string {
  return withStatusOf(base, withBoxesOf(base, text));
}

/** A box is the same one where the rest of its line is; of several the first is the first. */
function withBoxesOf(base: string, text: string): string {
  const marks = new Map<string, string[]>();
  for (const [, open = '', mark = '', rest = ''] of base.matchAll(boxes)) {
    marks.set(open + rest, [...(marks.get(open + rest) ?? []), mark]);
  }
  return text.replace(boxes, (_, open: string, mark: string, rest: string) => open + (marks.get(open + rest)?.shift() ?? mark) + rest);
}

const boxes = /^([ \t]*[-*][ \t]*\[)([ \txX])(\][^\r\n]*)/gm;

function withStatusOf(base: string, text: string): string {
  const [was, is] = [statusLine(base), statusLine(text)];
  if (!was || !is || was.line === is.line) return text;
  const said = statusOf(is.line.slice(is.line.indexOf(':') + 1).replace(/#.*$|["']/g, ''));
  if (said !== 'completed' && said !== 'in_progress') return text;
  return text.slice(0, is.start) + was.line + text.slice(is.start + is.line.length);
}

function statusLine(text: string): { readonly line: string; readonly start: number } | undefined {
  const read = readFrontMatter(text);
  if (read.kind !== 'read') return undefined;
  const { start, end } = read.frontMatter;
  const found = /^status[ \t]*:[^\r\n]*/m.exec(text.slice(start, end));
  return found ? { line: found[0], start: start + found.index } : undefined;
}
