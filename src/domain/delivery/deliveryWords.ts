import { oneLine } from '../../common/text';
import type { Translate } from '../../common/translate';
import type { Move } from './delivery';

/** How a delivery, or the undoing of one, ended. */
export type DeliveryResult =
  /** The branch is at `commit`, and was at `before`; `files`: how many differ. */
  | {
      readonly kind: 'moved';
      readonly action: Move;
      readonly stage: string;
      readonly branch: string;
      readonly before: string;
      readonly commit: string;
      readonly files: number;
      /** Threads of later stages that came along, because they were merged before the stage's last one. */
      readonly along?: readonly string[];
      /** Threads of later stages that are merged, and stay behind until their own stage is approved. */
      readonly held?: readonly string[];
    }
  /** The branch has everything already, but for the merged threads of later stages in `held`. */
  | { readonly kind: 'current'; readonly stage: string; readonly branch: string; readonly held?: readonly string[] }
  /** There is nothing to deliver, ever. */
  | { readonly kind: 'nothing'; readonly stage: string; readonly reason: string }
  /** Nothing moved; `files` are in the way. */
  | {
      readonly kind: 'refused';
      readonly action: Move;
      readonly stage: string;
      readonly branch: string | null;
      readonly reason: string;
      readonly files: readonly string[];
      /** The project's checks do not pass on what would be delivered; a person may want it all the same. */
      readonly red?: true;
      readonly output?: RedOutput;
    };

/** How red checks ended: the words about it that stand in the reason, and the file that holds the whole output, absolute. */
export type RedOutput = { readonly words: string; readonly file: string };

/** The reason of a refusal for where little room is and the output can be opened. */
export const briefReason = ({ reason, output }: Extract<DeliveryResult, { readonly kind: 'refused' }>): string =>
  output ? reason.replace(output.words, '') : reason;

/** The end of a delivery as a sentence for people. */
export function deliverySentence(result: DeliveryResult, t: Translate): string {
  switch (result.kind) {
    case 'moved': {
      const { branch, files, commit, along = [], held = [] } = result;
      const [place, stage] = [oneLine(branch), Number(result.stage)];
      if (result.action === 'undo') return t('The delivery of stage {0} is undone: {1} is back at {2}.', stage, place, commit.slice(0, 10));
      const sentences = [
        files === 1
          ? t('Stage {0} is delivered to {1}: 1 file.', stage, place)
          : t('Stage {0} is delivered to {1}: {2} files.', stage, place, files),
        ...(along.length > 0 ? [t('Merged before it ended, and so brought along: {0}.', along.join(', '))] : []),
        ...(held.length > 0 ? [t('Merged, and not delivered until its stage is approved: {0}.', held.join(', '))] : []),
      ];
      return sentences.join(' ');
    }
    case 'current': {
      const [place, isWhole] = [oneLine(result.branch), result.held === undefined];
      return isWhole ? t('{0} has everything already.', place) : t('{0} has everything of stage {1} already.', place, Number(result.stage));
    }
    case 'nothing':
      return t('There is nothing to deliver: {0}', result.reason);
    case 'refused':
      return result.reason;
  }
}
