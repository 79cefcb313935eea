import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Git } from '../../../src/runtime/git/git';
import { MutationLog } from '../../support/mutationLog';
import { RunHarness, streamId, working, type Project } from '../../support/runHarness';
import { unjournalled } from '../../support/unjournalled';

describe('Every call that changes git or the server', function () {
  this.timeout(240_000);
  let harness: RunHarness;
  let log: MutationLog;
  let project: Project;

  before(async function () {
    if (process.platform === 'win32') return this.skip(); // a script is no program there
    harness = await RunHarness.start(4771);
    log = await MutationLog.create(execFileSync('which', ['git'], { encoding: 'utf8' }).trim());
    const tasks = ['01.01.01.01', '01.01.01.02', '01.01.02.01'];
    for (const task of tasks) harness.model.addScript(working(task, `[[write ${task}.txt|of ${task}]]`));
    log.start();
    project = await harness.project({
      threads: ['01.01.01 One', '01.01.02 Two'],
      tasks: Object.fromEntries(tasks.map(task => [task, 'pending'])),
      runtime: { journalWrite: log.journalWrite },
    });
    log.clear();
    try {
      const report = await project.run('01.01');
      assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(report));
    } finally {
      log.stop();
    }
  });
  after(async () => {
    await log.dispose();
    await harness.dispose();
  });

  it('lies between the intent and the end of its effect, in a batch of two threads', () => {
    const logged = log.read();
    const calls = logged.flatMap(each => (each.kind === 'begin' ? [each.mutation] : []));
    const git = calls.flatMap(call => (call.by === 'git' ? [`${call.command} ${call.args[0] ?? ''}`] : []));
    const http = calls.flatMap(call => (call.by === 'http' ? [`${call.method} ${call.path.replace(/ses_\w+/, 'ID')}`] : []));
    assert.equal(git.filter(call => call === 'worktree remove').length >= 3, true, git.join('\n'));
    for (const command of ['worktree add', 'commit ', 'commit-tree ', 'update-ref ', 'checkout ']) {
      assert.ok(
        git.some(call => call.startsWith(command)),
        `${command}: ${git.join('\n')}`,
      );
    }
    assert.equal(http.filter(call => call === 'POST /session').length, 3, http.join('\n'));
    assert.equal(http.filter(call => call === 'POST /session/ID/prompt_async').length, 3, http.join('\n'));
    assert.deepEqual(unjournalled(logged), []);
  });

  it('is noticed when no effect stands around it', async () => {
    const before = log.read();
    log.start();
    try {
      const git = new Git(project.root);
      await git.updateRef(`refs/heads/work/${streamId}`, 'main');
      await harness.runtime().opencode.sessions.create({ directory: project.root, title: 'Bypassed' });
    } finally {
      log.stop();
    }
    const found = unjournalled(log.read().slice(before.length));
    assert.equal(found.length, 2, found.join('\n'));
    assert.match(found[0] ?? '', /update-ref/);
    assert.match(found[1] ?? '', /"POST","path":"\/session"/);
    const withoutIntents = before.filter(each => each.kind !== 'line' || each.event.kind !== 'effect.intended');
    assert.ok(unjournalled(withoutIntents).length >= 12);
  });
});
