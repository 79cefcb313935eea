export type InsertedLines = {
  /** 1-based, in the text that has them. */
  readonly line: number;
  readonly lines: readonly string[];
};

/** The runs of lines that a text has more than another one, from which nothing was taken away. */
export function insertedLines(before: string, after: string): readonly InsertedLines[] {
  const old = before.split(/\r\n?|\n/);
  const runs: { line: number; lines: string[] }[] = [];
  let next = 0;
  for (const [index, line] of after.split(/\r\n?|\n/).entries()) {
    if (line === old[next]) {
      next += 1;
      continue;
    }
    const last = runs.at(-1);
    if (last && last.line + last.lines.length === index + 1) last.lines.push(line);
    else runs.push({ line: index + 1, lines: [line] });
  }
  return runs;
}
