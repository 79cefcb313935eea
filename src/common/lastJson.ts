export type LastJson = { readonly isRead: true; readonly value: unknown } | { readonly isRead: false; readonly problem: string };

/** The last block of JSON in what somebody said, or all of it as JSON. */
export function lastJson(said: string): LastJson {
  const blocks = [...said.matchAll(/^```(?:json)?[ \t]*\r?\n([\s\S]*?)^```[ \t]*$/gim)];
  try {
    return { isRead: true, value: JSON.parse(blocks.at(-1)?.[1] ?? said) };
  } catch (error) {
    return { isRead: false, problem: `the answer has no JSON that can be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}
