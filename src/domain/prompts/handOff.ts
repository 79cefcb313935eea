import type { Translate } from '../../common/translate';

/** What a planner tells the person who asked for a stage's prompts. `stageId` is padded: `01`. */
export function handOffSentence(stageId: string, firstBatch: string | undefined, t: Translate): string {
  const batch = firstBatch ?? `${stageId}.01`;
  return t(
    'Prompts for Stage {0} are ready. Run `work multi --batch {1}` to start batch {2}. Continue with each batch until the stage is complete, then return to me.',
    Number(stageId),
    batch,
    Number(batch.split('.')[1]),
  );
}
