export type Variables = Readonly<Record<string, string>>;

const variable = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

/** The names of the `{{variables}}` in a text, each once, with the place of the first. */
export function variablesIn(text: string): readonly { readonly name: string; readonly offset: number }[] {
  const found = new Map<string, number>();
  for (const { 1: name = '', index } of text.matchAll(variable)) if (!found.has(name)) found.set(name, index);
  return [...found].map(([name, offset]) => ({ name, offset }));
}

/** Fills in the variables of an agent's prompt, once: what looks like one in a value stays as it is. */
export function fillIn(text: string, values: Variables): string {
  return text.replace(variable, (whole, name: string) => values[name] ?? whole);
}

const environmentName = (name: string) => `WORK_VAR_${name}`;

/**
 * A command of `bash` whose variables come to it by the environment: the shell does not read what it finds in an expansion as
 * commands again, so that no value can become one, with quotes around it or without.
 */
export function asBashCommand(
  text: string,
  values: Variables,
): { readonly command: string; readonly env: Readonly<Record<string, string>> } {
  const env = Object.fromEntries(variablesIn(text).map(({ name }) => [environmentName(name), (values[name] ?? '').replaceAll('\0', '')]));
  return { command: text.replace(variable, (_whole, name: string) => `\${${environmentName(name)}}`), env };
}
