import { checkDependencies } from '../graph/checkDependencies';
import { checkPlan } from './checkPlan';
import { readMarkdown, type MarkdownBlock } from './markdownBlocks';
import type { Diagnostic, ParsedPlan } from './planDocument';
import { parsePlanTitle } from './planHeadings';
import { validationCommands } from './planValidation';
import { StageReader } from './stageReader';

/**
 * Reads `PLAN.md`. Never throws; every diagnostic has the 1-based line it is about. Without a title there is no plan,
 * with any other error the plan is what could be read.
 */
export function parsePlan(text: string): ParsedPlan {
  const { blocks, failure } = readMarkdown(text);
  if (failure !== undefined) return { plan: undefined, diagnostics: [error('File', failure, 1)] };

  const title = blocks.map(block => (isHeading(block, 1) ? parsePlanTitle(block.text) : undefined)).find(found => found !== undefined);
  if (title === undefined) {
    const line = blocks.find(block => isHeading(block, 1))?.line ?? 1;
    return { plan: undefined, diagnostics: [error('Header', 'Missing or invalid workstream name. Expected "# Plan: {name}"', line)] };
  }

  const summarySection = section(blocks, 'summary');
  const summary = summarySection.blocks
    .flatMap(block => (block.kind === 'paragraph' ? [block.text] : []))
    .join('\n')
    .trim();
  const references = section(blocks, 'references').blocks.flatMap(block =>
    block.kind === 'list' ? block.items.map(item => item.text) : [],
  );
  const stagesSection = section(blocks, 'stages');
  const reader = new StageReader();
  for (const block of stagesSection.blocks) reader.read(block);
  const validation = validationCommands(section(blocks, 'validation').blocks);
  const plan = { title, summary, references, validation, stages: reader.stages };

  const diagnostics: Diagnostic[] = [];
  if (summary === '') {
    diagnostics.push(error('Summary', 'Missing or empty Summary section', summarySection.line));
    diagnostics.push({ severity: 'warning', message: 'Summary section is empty', line: summarySection.line, section: 'Summary' });
  }
  if (plan.stages.length === 0) {
    diagnostics.push(error('Stages', 'No stages found. At least one stage is required.', stagesSection.line));
  }
  return { plan, diagnostics: [...diagnostics, ...checkDependencies(plan), ...checkPlan(plan), ...reader.warnings] };
}

/** What the absence of the file is, in the words of a diagnostic. */
export function planNotFound(path: string): Diagnostic {
  return error('File', `PLAN.md not found at ${path}`, 1);
}

/** The blocks between the first level-2 heading of that name and the next one, and the line of the heading (of the title when there is none). */
function section(blocks: readonly MarkdownBlock[], name: string): { readonly blocks: readonly MarkdownBlock[]; readonly line: number } {
  const start = blocks.findIndex(block => isHeading(block, 2) && block.text.toLowerCase() === name);
  if (start < 0) return { blocks: [], line: blocks.find(block => isHeading(block, 1))?.line ?? 1 };
  const end = blocks.findIndex((block, index) => index > start && isHeading(block, 2));
  return { blocks: blocks.slice(start + 1, end < 0 ? undefined : end), line: blocks[start]?.line ?? 1 };
}

function isHeading(block: MarkdownBlock, depth: number): block is MarkdownBlock & { kind: 'heading' } {
  return block.kind === 'heading' && block.depth === depth;
}

function error(part: string, message: string, line: number): Diagnostic {
  return { severity: 'error', message, line, section: part };
}
