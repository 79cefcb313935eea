import type { Translate } from '../../common/translate';
import type { StreamStatus } from './nodes';

/** How far a workstream is, in words. */
export function streamWord(status: StreamStatus, t: Translate): string {
  switch (status) {
    case 'pending':
      return t('pending');
    case 'in_progress':
      return t('in progress');
    case 'completed':
      return t('completed');
    case 'on_hold':
      return t('on hold');
  }
}
