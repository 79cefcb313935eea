import { formatId } from '../ids';
import { readMarkdown } from './markdownBlocks';
import { parseBatchHeading, parseStageHeading, parseThreadHeading } from './planHeadings';
import { sectionOf } from './stageReader';

/**
 * How the threads of a stage that no batch holds come into one. Lines are 1-based.
 * `heading`: what has to stand above line `above`; undefined when a batch is open there, which takes them in.
 * `deepen`: headings of threads that are one level too high. `lines`: headings of all these threads.
 */
export type BatchRepair = {
  readonly stage: string;
  readonly batch: string;
  readonly heading: string | undefined;
  readonly above: number;
  readonly deepen: readonly number[];
  readonly lines: readonly number[];
};

type Level = { readonly number: number; readonly name: string };
type Draft = { batch: number | undefined; above: number; deepen: number[]; lines: number[] };

/** One repair for each row of threads without a batch, in the order of the plan; the older three-level format has one for each stage. */
export function bareThreads(text: string): readonly BatchRepair[] {
  const reader = new BareThreadReader();
  for (const block of readMarkdown(text).blocks) if (block.kind === 'heading') reader.read(block.depth, block.text, block.line);
  return reader.finish();
}

class BareThreadReader {
  private readonly repairs: BatchRepair[] = [];
  private stage: Level | undefined;
  private isInBatches = false;
  private batches: number[] = [];
  private open: number | undefined;
  private drafts: Draft[] = [];
  private draft: Draft | undefined;

  read(depth: number, text: string, line: number): void {
    const stage = depth === 3 ? parseStageHeading(text) : undefined;
    if (depth <= 2 || stage) this.endStage();
    if (stage) this.stage = stage;
    else if (depth === 4) this.isInBatches = sectionOf(text) === 'batches';
    else if (this.stage && this.isInBatches && depth >= 5) this.readInBatches(depth, text, line);
  }

  finish(): readonly BatchRepair[] {
    this.endStage();
    return this.repairs;
  }

  private readInBatches(depth: number, text: string, line: number): void {
    const batch = depth === 5 ? parseBatchHeading(text) : undefined;
    if (batch) {
      this.batches.push(batch.number);
      this.open = batch.number;
      this.draft = undefined;
    } else if (parseThreadHeading(text) && (depth === 5 || this.open === undefined)) {
      if (!this.draft) this.drafts.push((this.draft = { batch: this.open, above: line, deepen: [], lines: [] }));
      this.draft.lines.push(line);
      if (depth === 5) this.draft.deepen.push(line);
    }
  }

  private endStage(): void {
    const { stage } = this;
    for (const { batch, ...draft } of stage ? this.drafts : []) {
      const number = batch ?? Math.max(0, ...this.batches) + 1;
      const heading = batch === undefined ? `##### Batch ${formatId(number)}: ${stage?.name ?? ''}` : undefined;
      this.repairs.push({ ...draft, stage: formatId(stage?.number ?? 0), batch: formatId(number), heading });
    }
    this.stage = this.open = this.draft = undefined;
    this.isInBatches = false;
    this.batches = [];
    this.drafts = [];
  }
}
