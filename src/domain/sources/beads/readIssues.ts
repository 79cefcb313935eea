import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { count, oneLine, truncate } from '../../../common/text';
import { parseJson } from '../../files/jsonText';
import type { SourceProblem } from '../importedPlan';
import { issueSchema, toIssue, type Issue } from './issue';

/** Issues in the order of their first lines; with a problem that is an error they are not all. */
export type IssuesReading = { readonly issues: readonly Issue[]; readonly problems: readonly SourceProblem[] };

/**
 * Reads the JSONL that beads exports. Records of other kinds, deleted and passing ones are left out and counted. A line that is not
 * JSON or no issue, and one id on two lines that differ, are errors with their lines.
 * @param file what the problems name, relative to the root
 */
export function readIssues(file: string, text: string): IssuesReading {
  const reader = new IssueReader(file);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== '') reader.take(line, index + 1, index === lines.length - 1);
  }
  return reader.end();
}

class IssueReader {
  private readonly issues = new Map<string, { readonly issue: Issue; readonly record: unknown }>();
  private readonly problems: SourceProblem[] = [];
  private readonly skipped = new Map<string, number>();

  constructor(private readonly file: string) {}

  take(text: string, line: number, isLast: boolean): void {
    if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(text)) {
      this.reject(line, 'The markers of an unresolved merge conflict are in the file.');
      return;
    }
    const parsed = parseJson(text);
    if (!parsed.ok) {
      const message = isLast ? 'The last line is only half of a record: the file was not written to its end' : 'This line is not JSON';
      this.reject(line, `${message}: ${parsed.message}.`, parsed.position.column);
      return;
    }
    const skip = whyLeftOut(parsed.value);
    const { data, error } = issueSchema.safeParse(parsed.value);
    if (skip !== undefined) this.skipped.set(skip, (this.skipped.get(skip) ?? 0) + 1);
    else if (data) this.add(toIssue(data, line), parsed.value);
    else this.reject(line, `This is no issue of beads: ${issueWords(error)}.`);
  }

  end(): IssuesReading {
    const parts = [...this.skipped].map(([what, number]) => `${number} ${what}`);
    const message = `Left out of ${this.file}: ${parts.join(', ')}.`;
    const problems: readonly SourceProblem[] =
      parts.length === 0 ? [] : [{ severity: 'warning', message, at: { file: this.file, line: 1 } }];
    return { issues: [...this.issues.values()].map(({ issue }) => issue), problems: [...this.problems, ...problems] };
  }

  /** Which of two would count is for people to say: a merge that took both sides leaves this behind. */
  private add(issue: Issue, record: unknown): void {
    const before = this.issues.get(issue.id);
    if (!before) this.issues.set(issue.id, { issue, record });
    else if (!isDeepStrictEqual(before.record, record)) {
      const places = `in line ${before.issue.line} and, with other words, in line ${issue.line}`;
      this.reject(issue.line, `"${oneLine(issue.id)}" is there twice: ${places}. Take one of them out.`);
    }
  }

  private reject(line: number, message: string, column = 1): void {
    this.problems.push({ severity: 'error', message, at: { file: this.file, line, column } });
  }
}

const anyRecord = z.record(z.string(), z.unknown());

/** Why a record is no issue that is there, in the words it is counted under. */
function whyLeftOut(value: unknown): string | undefined {
  const record = anyRecord.safeParse(value).data;
  if (!record) return undefined;
  const { _type: kind = 'issue', id, status, ephemeral, wisp, is_template: isTemplate }: Readonly<Record<string, unknown>> = record;
  if (kind !== 'issue') return `of kind ${truncate(oneLine(JSON.stringify(kind)), 40)}`;
  if (id === undefined) return 'without an id';
  if (status === 'tombstone') return 'deleted';
  if (ephemeral === true || wisp === true) return 'ephemeral';
  return isTemplate === true ? 'that are templates' : undefined;
}

function issueWords(error: z.ZodError): string {
  const issues = error.issues;
  const [first] = issues;
  const others = issues.length > 1 ? `, and ${count(issues.length - 1, 'more fault')}` : '';
  const path = first?.path.map(String).join('.') ?? '';
  return `${path === '' ? '' : `"${path}": `}${first?.message ?? 'it is not as expected'}${others}`;
}
