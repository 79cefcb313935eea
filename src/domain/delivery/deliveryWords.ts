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
    }
  /** The branch has everything already. */
  | { readonly kind: 'current'; readonly stage: string; readonly branch: string }
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
    };

/** The end of a delivery as a sentence for people. */
export function deliverySentence(result: DeliveryResult, t: Translate): string {
  switch (result.kind) {
    case 'moved': {
      const { branch, files, commit } = result;
      const [place, stage] = [oneLine(branch), Number(result.stage)];
      if (result.action === 'undo') return t('The delivery of stage {0} is undone: {1} is back at {2}.', stage, place, commit.slice(0, 10));
      return files === 1
        ? t('Stage {0} is delivered to {1}: 1 file.', stage, place)
        : t('Stage {0} is delivered to {1}: {2} files.', stage, place, files);
    }
    case 'current':
      return t('{0} has everything already.', oneLine(result.branch));
    case 'nothing':
      return t('There is nothing to deliver: {0}', result.reason);
    case 'refused':
      return result.reason;
  }
}
