import { formatId } from '../ids';
import { batchLines, stageLines, threadLines, type NewBatch, type NewStage, type NewThread } from './newPlanParts';
import { parsePlan } from './parsePlan';
import type { PlanDocument, PlanStage } from './planDocument';
import { PlanEditError } from './planEditError';
import { insertBefore } from './planInsertion';
import { planLayout, type StageLayout } from './planLayout';

/** The plan's new text, and the id of what was added. */
export type PlanEdit = { readonly text: string; readonly id: string };

/** Numbers that the headings hold. */
const mostStages = 9999;
const mostBatches = 99;

/**
 * These add to the text of `PLAN.md` and leave all of the old text as it is, byte for byte: a stage at the end of the stages, a
 * batch at the end of its stage's batches, a thread at the end of its batch. The number is the greatest there is and one.
 * All throw {@link PlanEditError}; then nothing can be added where it was wanted, and the message says why.
 */
export function appendStage(text: string, stage: NewStage): PlanEdit {
  const { stages } = planLayout(text);
  const plan = planToChange(text, stages !== undefined);
  const number = nextNumber(plan.stages);
  if (number > mostStages) throw new PlanEditError('full', `Stage ${number} cannot be added: ${mostStages} is the last number.`);
  return checked(text, plan, insertBefore(text, stages?.end, stageLines(number, stage)), formatId(number));
}

/** `stageNumber`: as its heading has it. */
export function appendBatch(text: string, stageNumber: number, batch: NewBatch): PlanEdit {
  const plan = planToChange(text);
  const layout = stageOf(text, stageNumber);
  const number = nextNumber(plan.stages.filter(stage => stage.number === stageNumber).flatMap(stage => stage.batches));
  if (number > mostBatches) throw new PlanEditError('full', `Stage ${stageNumber} has ${mostBatches} batches, which is the last number.`);
  const section = layout.batchesSection;
  const lines = [...(section ? [] : ['#### Stage Batches', '']), ...batchLines(number, batch)];
  return checked(text, plan, insertBefore(text, (section ?? layout).end, lines), formatId(stageNumber, number));
}

export function appendThread(text: string, stageNumber: number, batchNumber: number, thread: NewThread): PlanEdit {
  const plan = planToChange(text);
  const layout = stageOf(text, stageNumber).batches.find(({ number }) => number === batchNumber);
  if (!layout) throw new PlanEditError('no-such-place', `Batch ${batchNumber} not found in stage ${stageNumber}`);
  const batches = plan.stages.filter(({ number }) => number === stageNumber).flatMap(stage => stage.batches);
  const number = nextNumber(batches.filter(batch => batch.number === batchNumber).flatMap(batch => batch.threads));
  const edited = insertBefore(text, layout.end, threadLines(number, thread));
  return checked(text, plan, edited, formatId(stageNumber, batchNumber, number));
}

/** @throws {PlanEditError} `unreadable`: what has errors is put right first, by the person whose plan it is. */
export function planToChange(text: string, mayLackStages = false): PlanDocument {
  const { plan, diagnostics } = parsePlan(text);
  const error = diagnostics.find(({ severity, section }) => severity === 'error' && !(mayLackStages && section === 'Stages'));
  if (plan && !error) return plan;
  const { line = 1, message = 'it cannot be read' } = error ?? {};
  throw new PlanEditError('unreadable', `Failed to parse PLAN.md: line ${line}: ${message}`, line);
}

function stageOf(text: string, stageNumber: number): StageLayout {
  const entries = planLayout(text).stages?.entries ?? [];
  const found = entries.find(({ number }) => number === stageNumber);
  if (found) return found;
  const available = entries.map(({ number }) => number).join(', ');
  throw new PlanEditError('no-such-place', `Stage ${stageNumber} not found. Available: ${available === '' ? 'none' : available}`);
}

const nextNumber = (entries: readonly { readonly number: number }[]) => Math.max(0, ...entries.map(({ number }) => number)) + 1;

/**
 * The last look: the new text reads as the old plan and one part more. It does not where something above swallows what is added,
 * such as a code block that nothing closes.
 */
function checked(text: string, before: PlanDocument, { edited, line }: ReturnType<typeof insertBefore>, id: string): PlanEdit {
  const after = parsePlan(edited).plan;
  if (after && said({ ...after, stages: without(after.stages, id) }) === said(before) && hasPart(after.stages, id)) {
    return { text: edited, id };
  }
  const last = Math.min(line, text.split(/\r\n?|\n/).length);
  throw new PlanEditError(
    'unreadable',
    `Failed to parse PLAN.md: what stands above line ${last} would swallow anything that is added there. Close the code block, comment or HTML that is open.`,
    last,
  );
}

/** The id of what was added is nobody else's: its number is greater than all. */
function without(stages: readonly PlanStage[], id: string): readonly PlanStage[] {
  const drop = <T extends { readonly id: string }>(entries: readonly T[]) => entries.filter(entry => entry.id !== id);
  return drop(stages).map(stage => ({ ...stage, batches: drop(stage.batches).map(batch => ({ ...batch, threads: drop(batch.threads) })) }));
}

function hasPart(stages: readonly PlanStage[], id: string): boolean {
  const batches = stages.flatMap(stage => stage.batches);
  return [...stages, ...batches, ...batches.flatMap(batch => batch.threads)].some(part => part.id === id);
}

/** All that a plan says, without the lines on which it does. */
export const said = (plan: PlanDocument) => JSON.stringify(plan, (key, value: unknown) => (key === 'line' ? undefined : value));
