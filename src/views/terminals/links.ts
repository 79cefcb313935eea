export type TextLink = { readonly start: number; readonly length: number } & (
  | { readonly kind: 'file'; readonly file: string; readonly line: number | undefined; readonly column: number | undefined }
  | { readonly kind: 'commit'; readonly commit: string }
);

/** A path with an extension, `:line` and `:column` or `(line,column)` behind it if they are known. */
const filePattern =
  /(?<file>(?:[A-Za-z]:[\\/]|\.{0,2}[\\/])?(?:[\w@.+-]+[\\/])*[\w@+.-]*\w\.[A-Za-z]\w{0,9})(?:(?::(?<line>\d+)(?::(?<column>\d+))?)|\((?<line2>\d+)(?:,(?<column2>\d+))?\))?(?![\w/\\])/g;
/** At least one digit and one letter, or it is more likely a number or a word. */
const commitPattern = /(?<![\w./-])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])(?:[0-9a-f]{40}|[0-9a-f]{7,12})(?![\w./-])/g;

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** Where a row of terminal text names files and commits. Whether they exist is for the caller to ask. */
export function findLinks(row: string): readonly TextLink[] {
  const files = [...row.matchAll(filePattern)].flatMap((match): TextLink[] => {
    const { file, line, column, line2, column2 } = match.groups ?? {};
    if (file === undefined || (!/[\\/]/.test(file) && line === undefined && line2 === undefined)) return [];
    if (row.slice(0, match.index).endsWith('//') || row.slice(0, match.index).endsWith(':/')) return [];
    return [
      { kind: 'file', start: match.index, length: match[0].length, file, line: number(line ?? line2), column: number(column ?? column2) },
    ];
  });
  const commits = [...row.matchAll(commitPattern)].map((match): TextLink => ({
    kind: 'commit',
    start: match.index,
    length: match[0].length,
    commit: match[0],
  }));
  return [
    ...files,
    ...commits.filter(commit => !files.some(file => commit.start >= file.start && commit.start < file.start + file.length)),
  ];
}
