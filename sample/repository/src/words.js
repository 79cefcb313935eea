const word = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\p{N}+/gu;

/** The words of a text or of an identifier, in order: `getHTTPServer` has three. */
export function splitWords(text) {
  return String(text).normalize('NFC').match(word) ?? [];
}
