import type { Node } from 'jsonc-parser';
import type { JsonValue } from '../journal/events';

/** How a document is laid out. `lineEnd` is empty when all of it stands on one line. */
export type JsonStyle = { readonly unit: string; readonly lineEnd: string; readonly colon: string };

/** The first level of a document shows its style; an empty document gets two spaces. */
export function styleOf(text: string, root: Node): JsonStyle {
  const first = root.children?.[0];
  if (!first) return { unit: '  ', lineEnd: text.includes('\r\n') ? '\r\n' : '\n', colon: ': ' };
  const lead = leadOf(text, first);
  const lineEnd = /\r\n|\n|\r/.exec(lead)?.[0] ?? '';
  const unit = lead.slice(startOfLine(lead, lead.length));
  return { unit: lineEnd === '' || unit === '' ? '  ' : unit, lineEnd, colon: colonOf(text, first) };
}

/** What stands between a property's name and its value. */
export function colonOf(text: string, property: Node): string {
  const [key, value] = property.type === 'property' ? (property.children ?? []) : [];
  return key && value ? text.slice(key.offset + key.length, value.offset) : ': ';
}

/** The white space right before a node. */
export function leadOf(text: string, node: Node): string {
  let start = node.offset;
  while (start > 0 && ' \t\r\n'.includes(text.charAt(start - 1))) start--;
  return text.slice(start, node.offset);
}

/** The white space that the line of `offset` starts with. */
export function indentationAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(startOfLine(text, offset), offset))?.[0] ?? '';
}

/** The value as text that follows `lead`: on several lines where its neighbours stand on lines of their own, else on one. */
export function writeValue(value: JsonValue, lead: string, unit: string): string {
  const [lineEnd] = /\r\n|\n|\r/.exec(lead) ?? [];
  if (lineEnd === undefined) return JSON.stringify(value);
  return JSON.stringify(value, null, unit).replaceAll('\n', `${lineEnd}${lead.slice(startOfLine(lead, lead.length))}`);
}

function startOfLine(text: string, offset: number): number {
  if (offset === 0) return 0;
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}
