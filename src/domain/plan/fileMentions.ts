/** Extensions that make a bare name in back-ticks a file; a name with a folder needs no such proof. */
const fileExtensions = new Set(
  (
    'astro bash bat c cc cfg clj cmd conf cpp cs css csv cts cxx dart ejs ex exs fish go gql gradle graphql h hbs hpp hs htm html ini ' +
    'java jl js json json5 jsonc jsx kt kts less lock lua m md mdx mjs cjs ml mm mts php pl prisma proto ps1 py pyi r rb rs sass scala ' +
    'scss sh sql svelte svg swift tex toml ts tsx txt vue wasm xml yaml yml zig zsh'
  ).split(' '),
);

/** A line that names what is to be read, not what is to be changed. */
const readingLine = /^[ \t>*_-]*(?:read first|references?)[*_]*:.*$/gim;

/**
 * The files a text names as what it is about: `` `package.json` ``, `` `src/web/server.ts:12` ``, src/plain/path.ts. Forward slashes, no leading `./`,
 * each once, in order. Globs, addresses, commands and folders are not files.
 */
export function mentionedFiles(text: string): readonly string[] {
  const files = new Set<string>();
  const prose = text.replace(readingLine, ' ').replace(/`([^`\n]+)`/g, (_, quoted: string) => {
    const file = asFile(quoted.trim(), true);
    if (file !== undefined) files.add(file);
    return ' ';
  });
  for (const word of prose.split(/[\s"'()<>[\],;]+/)) {
    const file = asFile(word.replace(/[.:!?]+$/, ''), false);
    if (file !== undefined) files.add(file);
  }
  return [...files];
}

function asFile(candidate: string, quoted: boolean): string | undefined {
  if (candidate.length > 260) return undefined; // longer than a path is anywhere, and the patterns below need a bound
  const path = candidate
    .replaceAll('\\', '/')
    .replace(/:\d+(?:[:-]\d+)*$/, '')
    .replace(/^(?:\.\/)+/, '');
  if (!/^[\w.@+~/[\]()-]+$/.test(path) || path.includes('//')) return undefined;
  const extension = /[^/.][^/]*\.([A-Za-z][A-Za-z0-9]*)$/.exec(path)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  if (path.includes('/')) return extension.length <= 10 ? path : undefined;
  return quoted && fileExtensions.has(extension) ? path : undefined;
}
