import { readMarkdown, type MarkdownBlock } from './markdownBlocks';
import { parseBatchHeading, parseStageHeading } from './planHeadings';
import { sectionOf } from './stageReader';

/** Where a part of the plan ends: the 1-based line of the heading that ends it, undefined for the end of the file. */
type End = { end: number | undefined };
export type BatchLayout = Readonly<End> & { readonly number: number };
export type StageLayout = Readonly<End> & {
  readonly number: number;
  /** Of its last section that holds batches; undefined when it has none. */
  readonly batchesSection: Readonly<End> | undefined;
  readonly batches: readonly BatchLayout[];
};
/** The lines between which the parts of a plan stand. `stages` is undefined when there is no such section. */
export type PlanLayout = { readonly stages: (Readonly<End> & { readonly entries: readonly StageLayout[] }) | undefined };

type OpenStage = End & { number: number; batchesSection: End | undefined; batches: (End & { number: number })[] };

/** Finds the parts by the same rules as the plan's reader: a heading that it does not know ends nothing. */
export function planLayout(text: string): PlanLayout {
  const headings = readMarkdown(text).blocks.filter(block => block.kind === 'heading');
  const start = headings.findIndex(heading => heading.depth === 2 && heading.text.toLowerCase() === 'stages');
  if (start < 0) return { stages: undefined };
  const next = headings.findIndex((heading, index) => index > start && heading.depth === 2);
  const end = next < 0 ? undefined : headings[next]?.line;
  return { stages: { end, entries: stagesOf(headings.slice(start + 1, next < 0 ? undefined : next), end) } };
}

function stagesOf(headings: readonly (MarkdownBlock & { kind: 'heading' })[], end: number | undefined): readonly StageLayout[] {
  const stages: OpenStage[] = [];
  let stage: OpenStage | undefined;
  let section: End | undefined;
  let batch: End | undefined;
  for (const { depth, text, line } of headings) {
    const stageHeading = depth === 3 ? parseStageHeading(text) : undefined;
    const batchHeading = depth === 5 && section ? parseBatchHeading(text) : undefined;
    if (stageHeading) {
      close(line, stage, section, batch);
      section = batch = undefined;
      stage = { number: stageHeading.number, end, batchesSection: undefined, batches: [] };
      stages.push(stage);
    } else if (depth === 4 && stage) {
      close(line, section, batch);
      batch = undefined;
      section = sectionOf(text) === 'batches' ? { end } : undefined;
      stage.batchesSection = section ?? stage.batchesSection;
    } else if (batchHeading && stage) {
      close(line, batch);
      const opened = { number: batchHeading.number, end };
      stage.batches.push(opened);
      batch = opened;
    }
  }
  return stages;
}

function close(line: number, ...parts: readonly (End | undefined)[]): void {
  for (const part of parts) if (part) part.end = line;
}
