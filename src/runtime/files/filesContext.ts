import { isoTime, type Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';
import type { Sequencer } from '../../common/sequencer';
import type { WorkFolder } from './workFolder';
import type { WrittenMarks } from './writtenMarks';

/** What the files of one repository share. */
export type FilesContext = {
  readonly folder: WorkFolder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** By file: changes are made in the order in which they were asked for. */
  readonly edits: Sequencer;
  /** How often a held lock is tried again, instead of what is usual for the file. */
  readonly lockRetries: number | undefined;
  readonly marks: WrittenMarks;
};

/** Now, as the files write it. */
export const nowOf = ({ clock }: FilesContext): string => isoTime(clock.now());
