import type { DependencyState } from '../../domain/graph/dependencyState';
import type { RowColour } from '../../domain/tree/rowState';
import type { Shape } from '../reports/pageIcons';

const looks: Readonly<Record<DependencyState, { readonly shape: Shape; readonly colour: RowColour }>> = {
  done: { shape: 'check', colour: 'green' },
  running: { shape: 'half', colour: 'blue' },
  ready: { shape: 'circle', colour: 'blue' },
  waiting: { shape: 'history', colour: 'grey' },
  gated: { shape: 'shield', colour: 'yellow' },
  blocked: { shape: 'cross', colour: 'red' },
  unreachable: { shape: 'slash', colour: 'red' },
};

/** A shape of its own for each state, so that colour is never needed to tell them apart. */
export const lookOf = (state: DependencyState) => looks[state];
