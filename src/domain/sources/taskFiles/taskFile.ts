import { oneLine } from '../../../common/text';
import { positionAt } from '../../files/jsonText';
import type { TaskStatus } from '../../taskStatus';
import type { SourcePlace, SourceProblem } from '../importedPlan';
import { fault, readFrontMatter, textOf, textsOf, valueOf, type FrontMatter, type FrontMatterText, type TextFault } from './frontMatter';
import { isFailedWord, knownStatusWords, statusOf } from './statusWords';
import { isNotes, isSummary, filledText, paragraphs, sectionsOf } from './taskBody';
import { describeTask } from './taskDetails';

/** A file below the folder of tasks. */
export type SourceFile = {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
};

export type NamedPlace = { readonly name: string; readonly at: SourcePlace };

/** A task of its own in a file: YAML front matter and Markdown. */
export type TaskFile = {
  readonly path: string;
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  /** As it is written; undefined when the file has none. */
  readonly statusWord: string | undefined;
  readonly report: string | undefined;
  readonly dependsOn: readonly NamedPlace[];
  readonly agent: NamedPlace | undefined;
  /** What kind of work it is: `implementation`, `research`, `review` and so on. */
  readonly level: string | undefined;
  readonly files: readonly string[];
  readonly summary: string;
  readonly details: string;
  readonly at: SourcePlace;
};

/** `task` is undefined for what has faults, and for a file that is no task. */
export type TaskFileReading = { readonly task: TaskFile | undefined; readonly problems: readonly SourceProblem[] };

/** Reads one file; `folder` is what an id is named by when the file has none. Every fault is said, with its line and column. */
export function readTaskFile({ path, text }: SourceFile, folder: string): TaskFileReading {
  const reading = readFrontMatter(text);
  if (reading.kind === 'none') return { task: undefined, problems: [notATask(path, text)] };
  if (reading.kind === 'bad') return { task: undefined, problems: reading.faults.map(found => problem(path, found)) };
  const reader = new TaskReader(path, text, reading.frontMatter);
  return reader.read(folder);
}

class TaskReader {
  private readonly problems: SourceProblem[] = [];

  constructor(
    private readonly path: string,
    private readonly text: string,
    private readonly frontMatter: FrontMatter,
  ) {}

  read(folder: string): TaskFileReading {
    const named = this.word('id');
    const id = oneLine(named?.text ?? '') || this.path.slice(folder.length).replace(/^\/+/, '').replace(/\.md$/i, '');
    const at = named ? this.place(named.start) : { file: this.path, line: 1 };
    if (named === undefined && !this.problems.some(({ severity }) => severity === 'error')) {
      this.problems.push({ severity: 'warning', message: `${this.path} has no "id"; it is called "${id}", by its name.`, at });
    }
    const statusText = this.word('status');
    const status = this.status(statusText);
    const agent = this.word('agent', 'assignee');
    const { summary, details, title } = describeTask(this.text, this.frontMatter);
    const task: TaskFile = {
      path: this.path,
      id,
      title: oneLine(this.word('name', 'title')?.text ?? '') || title || id,
      status,
      statusWord: statusText?.text === '' ? undefined : statusText?.text,
      report: this.report(status, statusText?.text ?? ''),
      dependsOn: this.list('depends_on', 'dependsOn', 'depends-on').map(({ text, start }) => ({ name: text, at: this.place(start) })),
      agent: agent && agent.text !== '' ? { name: agent.text.replace(/^@/, ''), at: this.place(agent.start) } : undefined,
      level: this.word('level')?.text,
      files: this.list('files', 'paths').map(({ text }) => text.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')),
      summary,
      details,
      at,
    };
    return { task: this.problems.some(({ severity }) => severity === 'error') ? undefined : task, problems: this.problems };
  }

  private status(found: FrontMatterText | undefined): TaskStatus {
    if (!found || found.text === '') return 'pending';
    const status = statusOf(found.text);
    if (status) return status;
    this.reject(found.start, `"${oneLine(found.text)}" is no status that is known; known are ${knownStatusWords.join(', ')}.`);
    return 'pending';
  }

  /** What was left in the file: why it is blocked, or what was done. */
  private report(status: TaskStatus, word: string): string | undefined {
    const sections = sectionsOf(this.text, this.frontMatter.bodyStart);
    if (status === 'completed') {
      return paragraphs(
        sections
          .filter(isSummary)
          .map(section => filledText(this.text, section))
          .join('\n\n'),
      ).at(0);
    }
    if (status !== 'blocked') return undefined;
    const said = paragraphs(
      sections
        .filter(isNotes)
        .map(section => filledText(this.text, section))
        .join('\n\n'),
    );
    return said.findLast(isReason) ?? (isFailedWord(word) ? `Failed: ${said.at(-1) ?? 'its file says so.'}` : said.at(-1));
  }

  private word(...names: readonly string[]): FrontMatterText | undefined {
    const node = valueOf(this.frontMatter, ...names);
    if (!node) return undefined;
    const text = textOf(node, this.frontMatter);
    if (!text) this.reject(this.frontMatter.start + (node.range?.[0] ?? 0), `"${names[0] ?? ''}" is not a text.`);
    return text;
  }

  private list(...names: readonly string[]): readonly FrontMatterText[] {
    const texts = textsOf(valueOf(this.frontMatter, ...names), this.frontMatter);
    if (!('wrong' in texts)) return texts;
    this.reject(texts.wrong, `"${names[0] ?? ''}" is not a list of texts, like [setup, api/routes].`);
    return [];
  }

  private reject(offset: number, message: string): void {
    this.problems.push(problem(this.path, fault(this.text, offset, message)));
  }

  private place(offset: number): SourcePlace {
    return { file: this.path, ...positionAt(this.text, offset) };
  }
}

/** A paragraph that says why a task stopped. */
export const isReason = (paragraph: string) => /^[*_]*(?:blocked|failed)[*_]*\s*:/i.test(paragraph);

const problem = (file: string, { message, position }: TextFault): SourceProblem => ({
  severity: 'error',
  message,
  at: { file, ...position },
});

/** Texts beside the tasks are let be; a file that is empty is probably half of a task. */
function notATask(path: string, text: string): SourceProblem {
  const message =
    text.trim() === ''
      ? `${path} is empty: it was left out.`
      : `${path} does not begin with front matter ("---"): it is no task and was left out.`;
  return { severity: 'warning', message, at: { file: path, line: 1 } };
}
