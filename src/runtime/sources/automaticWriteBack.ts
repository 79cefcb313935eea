import type { PlanSources } from './planSources';

export type WriteBackManners = {
  readonly isWanted: () => boolean | Promise<boolean>;
  /** Told once for each thing that could not be done. */
  readonly tell: (streamId: string, sentence: string) => void;
};

/** Writes back after a change of tasks. It never fails: work that was done is not undone by where its plan came from. */
export function automaticWriteBack(
  sources: Pick<PlanSources, 'writeBack'>,
  { isWanted, tell }: WriteBackManners,
): (streamId: string) => Promise<void> {
  const told = new Set<string>();
  const tellOnce = (streamId: string, sentence: string) => {
    const key = `${streamId}\n${sentence}`;
    if (told.has(key)) return;
    told.add(key);
    tell(streamId, sentence);
  };
  return async streamId => {
    try {
      if (!(await isWanted())) return;
      for (const sentence of await sources.writeBack(streamId)) tellOnce(streamId, sentence);
    } catch (error) {
      tellOnce(streamId, `What was done could not be written back: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}
