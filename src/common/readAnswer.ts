import type * as z from 'zod';

export type Answer<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** In sentences that whoever gave it can act on. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** More would be the same mistake again and again. */
const mostProblems = 10;

/** What somebody answered as JSON: the last block of it in what they said, or all of that. */
export function readAnswer<T>(said: string, schema: z.ZodType<T>): Answer<T> {
  const blocks = [...said.matchAll(/^```(?:json)?[ \t]*\r?\n([\s\S]*?)^```[ \t]*$/gim)];
  let value: unknown;
  try {
    value = JSON.parse(blocks.at(-1)?.[1] ?? said);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'wrong', problems: [`the answer has no JSON that can be read: ${why}`] };
  }
  const read = schema.safeParse(value);
  if (read.success) return { kind: 'read', value: read.data };
  const issues = read.error.issues.slice(0, mostProblems);
  return { kind: 'wrong', problems: issues.map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`) };
}
