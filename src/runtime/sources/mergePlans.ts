import { normalizeLines } from '../../domain/plan/markdownBlocks';
import { planMerge, type PlanConflict, type PlanMergeOptions, type PlanSides } from '../../domain/plan/planMerge';
import type { Git } from '../git/git';
import { mergeTexts, type TextMerge } from '../git/mergeTexts';

/**
 * Merges what was made of a plan on two sides: by its parts, and by lines within a part that both sides changed. A plan that is saved
 * with other line ends, or with a byte order mark, keeps them. @throws {GitError}
 */
export async function mergePlans(git: Git, { ours, base, theirs }: PlanSides, options: PlanMergeOptions = {}): Promise<TextMerge> {
  const plain = normalizeLines(ours);
  const restore = plain === ours ? undefined : restorer(ours);
  let text = '';
  const conflicts: PlanConflict[] = [];
  for (const step of planMerge({ ours: restore ? plain : ours, base, theirs }, options)) {
    if (step.kind === 'text') text += step.text;
    else if (step.kind === 'conflict') conflicts.push(step.conflict);
    else {
      const merge = await mergeTexts(git, { ours: `${step.ours}\n`, base: `${step.base}\n`, theirs: `${step.theirs}\n` });
      if (merge.kind === 'merged') text += merge.text.replace(/\n$/, '');
      else conflicts.push(...merge.conflicts.map(conflict => ({ ...conflict, line: conflict.line + step.line - 1 })));
    }
  }
  return conflicts.length > 0 ? { kind: 'conflicts', conflicts } : { kind: 'merged', text: restore?.(text) ?? text };
}

/** Gives a text the byte order mark and the line ends of another one; undefined for one whose line ends differ. */
function restorer(model: string): ((text: string) => string) | undefined {
  const mark = model.startsWith('\uFEFF') ? '\uFEFF' : '';
  const ends = new Set(model.match(/\r\n?|\n/g));
  const [end = '\n'] = ends;
  return ends.size > 1 ? undefined : text => mark + text.replaceAll('\n', end);
}
