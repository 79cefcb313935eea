import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { parseSettings } from '../../../src/domain/settings/parseSettings';
import { createRuntime } from '../../../src/runtime/createRuntime';
import { readWorktrees } from '../../../src/runtime/model/worktreeReader';
import { WorktreeElements } from '../../../src/views/worktrees/worktreeElements';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { temporaryRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { terminalIo } from '../../support/terminalIo';

describe('work coordinator-state', () => {
  it('shows what other coordinators keep of this repository: what is gone, elsewhere or broken is counted; so does a group of the worktrees', async () => {
    const repository = await temporaryRepository({ files: { 'a.txt': 'a' } });
    const home = await temporaryDirectory();
    try {
      const run = async (...args: readonly string[]) => {
        const io = terminalIo({ cwd: repository.root, env: { PATH: process.env.PATH, HOME: home.path } });
        assert.equal(await runCommandLine(['coordinator-state', ...args], io), 0, io.printed());
        return io.printed();
      };
      assert.match(await run(), /^Neither open-coordinator nor open-trees/);

      const there = path.join(repository.root, '.worktrees', 'feat', 'auth');
      await repository.git(['worktree', 'add', '--quiet', '-b', 'feat/auth', there]);
      const entry = (worktreePath: string, number: number) => ({
        ...{ worktreePath, branch: `feat/${path.basename(worktreePath)}`, sessionID: `ses_${number}`, task: `task-${number}` },
        createdAt: '2026-01-20T21:00:00.000Z',
      });
      const gone = path.join(repository.root, '.worktrees', 'feat', 'gone');
      const config = path.join(home.path, '.config', 'opencode');
      await mkdir(path.join(config, 'open-coordinator'), { recursive: true });
      await mkdir(path.join(config, 'open-trees'), { recursive: true });
      const entries = [entry(there, 1), entry(gone, 2), entry(home.path, 3), { broken: true }];
      await writeFile(path.join(config, 'open-coordinator', 'state.json'), `${JSON.stringify({ entries })}\n`);
      await writeFile(path.join(config, 'open-trees', 'state.json'), '{"entries":[');
      const said = await run();
      assert.match(said, /^open-coordinator: 1 worktree \(left out: 1 entry not understood, 1 worktree gone, 1 of other repositories\)\n/);
      assert.match(said, /^ {2}task-1 {2}active {2}feat\/auth {2}\S+auth {2}ses_1 {2}2026-01-20T21:00:00\.000Z\n/m);
      assert.match(said, /^open-trees \(.*state\.json\): It is not JSON/m);
      const [first] = JSON.parse(await run('--json')) as readonly { readonly entries: readonly { readonly sessionID: string }[] }[];
      assert.deepEqual(
        first?.entries.map(({ sessionID }) => sessionID),
        ['ses_1'],
      );

      const runtime = createRuntime({
        stateDirectory: home.path,
        settings: () => parseSettings({}).settings,
        pluginFile: '',
        workScript: '',
        environment: { PATH: process.env.PATH, HOME: home.path },
        clock: systemClock,
        logger: silentLogger,
      });
      try {
        const elements = new WorktreeElements();
        elements.update([await readWorktrees(runtime.repository(repository.root).worktreeSources)], () => undefined);
        const groups = elements.roots.filter(({ kind }) => kind !== 'worktree');
        assert.deepEqual(
          groups.map(group => group.kind === 'coordinator' && [group.tool, group.count]),
          [['open-coordinator', 1]],
        );
        assert.deepEqual(
          groups.flatMap(group => elements.children(group)).map(row => row.kind === 'coordinated' && row.entry.task),
          ['task-1'],
        );
        assert.equal(elements.roots.length, 3, 'the two worktrees of the repository stand beside the group, once each');
      } finally {
        runtime.dispose();
      }
    } finally {
      await repository.dispose();
      await home.dispose();
    }
  });
});
