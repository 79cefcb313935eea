import { stat } from 'node:fs/promises';

/** Whether a folder is there, behind a link too. Never throws. */
export const isFolder = (place: string): Promise<boolean> =>
  stat(place).then(
    facts => facts.isDirectory(),
    () => false,
  );
