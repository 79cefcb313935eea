import type { Translate } from '../../common/translate';
import type { ThreadNode } from '../tree/nodes';
import type { ThreadReadiness } from './readiness';

/** How a thread stands to what it depends on. */
export type DependencyState = ThreadReadiness['state'] | 'unreachable';

export const dependencyStateOrder: readonly DependencyState[] = ['done', 'running', 'ready', 'waiting', 'gated', 'blocked', 'unreachable'];

export function stateOf({ wait }: ThreadNode, known: ThreadReadiness | undefined): DependencyState {
  if (wait?.kind === 'unreachable') return 'unreachable';
  return wait?.kind === 'held' ? 'waiting' : (known?.state ?? 'waiting');
}

export function dependencyStateWord(state: DependencyState, t: Translate): string {
  switch (state) {
    case 'done':
      return t('done');
    case 'running':
      return t('running');
    case 'ready':
      return t('ready');
    case 'waiting':
      return t('waiting');
    case 'gated':
      return t('behind a gate');
    case 'blocked':
      return t('blocked');
    case 'unreachable':
      return t('cannot begin');
  }
}
