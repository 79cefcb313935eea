import { formatId } from '../ids';
import type { MarkdownBlock, MarkdownItem } from './markdownBlocks';
import type { Diagnostic, PlanQuestion, PlanStage } from './planDocument';
import { finishStage, type BatchDraft, type StageDraft, type ThreadDraft } from './planDrafts';
import { parseBatchHeading, parseStageHeading, parseThreadHeading, type ThreadHeading } from './planHeadings';
import { declarationsIn, declaredByItem, type Declaration } from './threadDeclarations';

type Section = 'definition' | 'constitution' | 'questions' | 'batches';
type ThreadPart = 'summary' | 'details';

/** Reads the blocks below `## Stages`, in order. What stands in no section that the format knows is left out, as its readers do. */
export class StageReader {
  readonly warnings: Diagnostic[] = [];
  private readonly drafts: StageDraft[] = [];
  private stage: StageDraft | undefined;
  private section: Section | undefined;
  private batch: BatchDraft | undefined;
  private thread: ThreadDraft | undefined;
  private part: ThreadPart | undefined;
  /** What the list that follows declares. */
  private openDeclaration: Declaration['kind'] | undefined;

  read(block: MarkdownBlock): void {
    switch (block.kind) {
      case 'heading':
        this.openDeclaration = undefined;
        this.readHeading(block.depth, block.text, block.line);
        break;
      case 'paragraph':
        if (this.section === 'batches' && this.thread) this.readDeclarations(this.thread, block.text, block.line);
        this.readParagraph(block.text);
        break;
      case 'list':
        if (this.section === 'batches' && this.thread) this.readDeclaringItems(this.thread, block.items);
        this.readList(block.items);
        break;
      case 'code':
        this.details?.push(`\`\`\`${block.language}\n${block.text}\n\`\`\``);
    }
  }

  get stages(): readonly PlanStage[] {
    return this.drafts.map(finishStage);
  }

  /** Where lists and code of the open thread go, while its details are open. */
  private get details(): string[] | undefined {
    return this.section === 'batches' && this.part === 'details' ? this.thread?.details : undefined;
  }

  private readHeading(depth: number, text: string, line: number): void {
    if (depth === 3) this.openStage(text, line);
    else if (depth === 4 && this.stage) this.section = sectionOf(text);
    else if (depth === 5 && this.section === 'batches') this.openBatch(text, line);
    else if (depth === 6 && this.section === 'batches') this.openThread(text, line);
  }

  private openStage(text: string, line: number): void {
    const heading = parseStageHeading(text);
    if (!heading) {
      this.warnOfHeading(text, line, '### Stage 01: {name}');
      return;
    }
    this.stage = { ...heading, id: formatId(heading.number), line, definition: [], constitution: [], questions: [], batches: [] };
    this.drafts.push(this.stage);
    this.section = this.batch = this.thread = this.part = undefined;
  }

  private openBatch(text: string, line: number): void {
    const heading = parseBatchHeading(text);
    const thread = parseThreadHeading(text);
    if (this.stage && heading) {
      this.batch = { ...heading, id: formatId(this.stage.number, heading.number), line, summary: [], threads: [] };
      this.stage.batches.push(this.batch);
      this.thread = this.part = undefined;
    } else if (thread) {
      this.warnOfBareThread(thread, line);
    } else {
      this.warnOfHeading(text, line, '##### Batch 01: {name}');
    }
  }

  private openThread(text: string, line: number): void {
    const heading = parseThreadHeading(text);
    if (!heading) {
      this.warnOfHeading(text, line, '###### Thread 01: {name}');
    } else if (this.stage && this.batch) {
      this.thread = {
        ...heading,
        id: formatId(this.stage.number, this.batch.number, heading.number),
        line,
        summary: [],
        details: [],
        dependsOn: undefined,
        files: [],
      };
      this.batch.threads.push(this.thread);
      this.part = undefined;
    } else {
      this.warnOfBareThread(heading, line);
    }
  }

  private readParagraph(text: string): void {
    if (text.startsWith('<!--')) return;
    switch (this.section) {
      case 'definition':
      case 'constitution':
        this.stage?.[this.section].push(text);
        break;
      case 'batches':
        if (this.thread) this.readThreadParagraph(this.thread, text);
        else this.batch?.summary.push(text);
        break;
      case 'questions':
      case undefined:
    }
  }

  private readThreadParagraph(thread: ThreadDraft, text: string): void {
    const marker = /^\s*\**(summary|details)/i.exec(text)?.[1]?.toLowerCase();
    if (marker === 'summary' || marker === 'details') this.part = marker;
    const content = marker ? text.replace(/^\s*\**\s*(?:summary|details)\s*:?\s*\**\s*:?\s*/i, '').trim() : text;
    if (this.part && content !== '' && !content.startsWith('<!--')) thread[this.part].push(content);
  }

  private readDeclarations(thread: ThreadDraft, text: string, line: number): void {
    const { found, open } = declarationsIn(text, line);
    for (const declaration of found) declare(thread, declaration);
    this.openDeclaration = open;
  }

  private readDeclaringItems(thread: ThreadDraft, items: readonly MarkdownItem[]): void {
    const kind = this.openDeclaration;
    this.openDeclaration = undefined;
    for (const { text, line } of items) {
      if (kind !== undefined) declare(thread, declaredByItem(kind, text, line));
      else for (const declaration of declarationsIn(text, line).found) declare(thread, declaration);
    }
  }

  private readList(items: readonly MarkdownItem[]): void {
    if (this.section === 'questions') this.stage?.questions.push(...items.map(question));
    else if (this.section === 'constitution') this.stage?.constitution.push(...items.map(bullet));
    else this.details?.push(...items.map(bullet));
  }

  private warnOfHeading(text: string, line: number, expected: string): void {
    this.warn(line, `The heading "${text}" is not read. Expected "${expected}"`);
  }

  /** The older three levels, where threads stood directly in a stage. */
  private warnOfBareThread({ number, name }: ThreadHeading, line: number): void {
    this.warn(
      line,
      `Stage ${this.stage?.number ?? ''}: Thread ${number} is not inside a batch and is ignored. ` +
        `Put "##### Batch 01: {name}" above it and write it as "###### Thread ${formatId(number)}: ${name}"`,
    );
  }

  private warn(line: number, message: string): void {
    this.warnings.push({ severity: 'warning', message, line, section: 'Stages' });
  }
}

/** The section of a stage that a level-4 heading begins; undefined for one that no reader knows. */
export function sectionOf(heading: string): Section | undefined {
  const text = heading.toLowerCase();
  if (text.includes('definition')) return 'definition';
  if (text.includes('constitution')) return 'constitution';
  if (text.includes('questions')) return 'questions';
  return text.includes('batches') || text.includes('threads') ? 'batches' : undefined;
}

/** What is declared twice counts together. */
function declare(thread: ThreadDraft, declaration: Declaration): void {
  if (declaration.kind === 'files') thread.files.push(...declaration.paths);
  else (thread.dependsOn ??= []).push(...declaration.references);
}

const bullet = ({ text }: MarkdownItem) => `- ${text}`;

/** A plain bullet is an open question; an empty box is one whose text is still missing. */
function question({ text, checked, line }: MarkdownItem): PlanQuestion {
  const box = /^\[([x ])\]\s*(.*)$/is.exec(text);
  if (checked !== undefined || !box) return { text, resolved: checked ?? false, line };
  return { text: (box[2] ?? '').trim(), resolved: box[1]?.toLowerCase() === 'x', line };
}
