/** Gives a sentence in the reader's language; `{0}`, `{1}`, … in it are the arguments. `vscode.l10n.t` is one. */
export type Translate = (message: string, ...args: readonly (string | number)[]) => string;

/** The sentence as it is written, for programs without translations. */
export const untranslated: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (placeholder, index: string) => String(args[Number(index)] ?? placeholder));
