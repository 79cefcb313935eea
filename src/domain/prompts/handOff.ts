/** What a planner tells the person who asked for a stage's prompts. `stageId` is padded: `01`. */
export function handOffSentence(stageId: string, firstBatch = `${stageId}.01`): string {
  return (
    `Prompts for Stage ${Number(stageId)} are ready. Run \`work multi --batch ${firstBatch}\` to start batch ${Number(firstBatch.split('.')[1])}. ` +
    'Continue with each batch until the stage is complete, then return to me.'
  );
}
