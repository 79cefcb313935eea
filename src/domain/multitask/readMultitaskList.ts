import { truncate } from '../../common/text';
import type { SourceProblem } from '../sources/importedPlan';
import { branchProblem, describedBy, sharedThings, withoutErrors, type MultitaskEntry, type MultitaskReading } from './multitaskConfig';

const item = /^[-*+] #(\d+) \(([^()]*)\): *(.*)$/;

/**
 * Reads entries as lines of Markdown: `- #123 (feat/x): what to do`. Indented lines below one go on with what to do; an item that
 * only begins like an entry is an error, and every other line is somebody's prose.
 */
export function readMultitaskList(text: string, file: string): MultitaskReading {
  const entries: MultitaskEntry[] = [];
  const problems: SourceProblem[] = [];
  let open = false;
  const refuse = (message: string, line: number) => problems.push({ severity: 'error', message, at: { file, line, column: 1 } });
  for (const [index, row] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1;
    const last = entries.at(-1);
    const found = item.exec(row);
    if (found) {
      open = true;
      entries.push(entryOf(found, { file, line, column: 1 }));
    } else if (open && last && /^\s+\S/.test(row)) {
      entries[entries.length - 1] = { ...last, task: `${last.task}\n${row.trim()}`.trim() };
    } else if (row.trim() !== '') {
      open = false;
      if (/^[-*+] #/.test(row)) refuse(`${JSON.stringify(truncate(row, 60))} is no entry: write "- #123 (branch): what to do".`, line);
    }
  }
  for (const { issue, branch, task, at } of entries) {
    const problem = branch === '' ? 'it is empty' : branchProblem(branch);
    if (problem !== undefined) refuse(`The branch of issue ${issue} cannot be a branch's name: ${problem}.`, at.line);
    if (!Number.isSafeInteger(issue) || issue < 1) refuse('An issue is a whole number of at least 1.', at.line);
    if (task === '') refuse(`Issue ${issue} says nothing of what to do.`, at.line);
  }
  if (entries.length === 0 && problems.length === 0) refuse('There is no line like "- #123 (branch): what to do" in it.', 1);
  return withoutErrors(entries, [...problems, ...sharedThings(entries)]);
}

function entryOf([, number = '', branch = '', task = '']: RegExpExecArray, at: MultitaskEntry['at']): MultitaskEntry {
  const issue = Number(number);
  return { issue, branch: branch.trim(), task: task.trim(), description: describedBy(issue), recipe: undefined, at };
}
