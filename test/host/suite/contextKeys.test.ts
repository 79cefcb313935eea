import assert from 'node:assert/strict';
import type { WorkspaceState } from '../../../src/contributions';
import type { RepositorySnapshot } from '../../../src/domain/tree/nodes';
import { workspaceState } from '../../../src/views/contextKeys';
import { FakePlans } from '../../support/fakeSources';
import { repository } from '../../support/planNodes';

const bare = (change: Partial<RepositorySnapshot>): RepositorySnapshot => ({
  root: '/r',
  hasWork: false,
  streams: [],
  stream: undefined,
  problems: [],
  ...change,
});
const summary = { id: '001-x', name: 'x', status: 'pending', missing: false, current: false } as const;

describe('What the welcome view is told', () => {
  const cases: readonly [WorkspaceState, readonly RepositorySnapshot[]][] = [
    ['noGit', []],
    ['noWork', [bare({})]],
    ['noWork', [bare({ hasWork: true })]],
    ['noStream', [bare({ hasWork: true, streams: [summary, { ...summary, id: '002-y' }] })]],
    ['ready', [bare({}), repository('/b', [])]],
  ];
  for (const [state, repositories] of cases) {
    it(`is ${state} for ${repositories.map(({ hasWork, streams }) => (hasWork ? `${streams.length} workstreams` : 'no work folder')).join(' and ') || 'no repository'}`, () => {
      assert.equal(workspaceState(new FakePlans(repositories)), state);
    });
  }

  it('is nothing yet while the workspace is being read', () => {
    assert.equal(workspaceState({ repositories: [], loaded: false, onDidChange: () => ({ dispose: () => undefined }) }), 'loading');
  });
});
