import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RunHarness, streamId, working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

const ids = (count: number, batch = '01.01') => Array.from({ length: count }, (_, index) => `${batch}.0${index + 1}`);

describe('A batch', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4731);
  });
  after(() => harness.dispose());

  it('runs eight threads at the same time: the model answers none until eight wait', async () => {
    const threads = ids(8);
    for (const thread of threads) {
      harness.model.addScript({
        label: `${thread}.01`,
        directives: `[[barrier 8]]\n${working(`${thread}.01`, `[[write ${thread}.txt|${thread}]]`).directives}`,
      });
    }
    const project = await harness.project({
      threads: threads.map(thread => `${thread} Thread ${thread}`),
      tasks: Object.fromEntries(threads.map(thread => [`${thread}.01`, 'pending'])),
      settings: { 'work.maxConcurrent': 8 },
    });
    const report = await project.run('01.01');
    assert.deepEqual(report.kind === 'finished' && [...report.result.merged].sort(), threads, JSON.stringify(report));
    assert.ok(harness.model.mostAtOnce >= 8);
    assert.equal(new Set(threads.map(thread => harness.model.requestsFor(`${thread}.01`)[0]?.directory)).size, 8, 'eight directories');
    assert.equal(
      await project.git('rev-list', '--count', '--first-parent', `main..refs/heads/work/${streamId}`),
      '8',
      'one merge for each thread',
    );
    assert.equal(
      (await project.git('ls-tree', '--name-only', `refs/heads/work/${streamId}`)).split('\n').filter(name => name.endsWith('.txt')).length,
      8,
    );
  });

  it('never runs more tasks at once than the limit', async () => {
    const threads = ids(4, '02.01');
    for (const thread of threads) {
      harness.model.addScript({ label: `${thread}.01`, directives: `[[barrier 2]]\n${working(`${thread}.01`).directives}` });
    }
    const project = await harness.project({
      threads: threads.map(thread => `${thread} T`),
      tasks: Object.fromEntries(threads.map(thread => [`${thread}.01`, 'pending'])),
      settings: { 'work.maxConcurrent': 2 },
    });
    const running = project.run('02.01');
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(report));
    const started = (await project.snapshot()).stages[0]?.batches[0]?.threads.flatMap(thread => thread.tasks[0]?.attempts ?? []) ?? [];
    const most = Math.max(
      ...started.map(one => started.filter(other => other.startedAt <= one.startedAt && (other.finishedAt ?? '') > one.startedAt).length),
    );
    assert.equal(most, 2);
  });

  it('blocks the thread whose work conflicts, names the files and both branches, and merges the others', async () => {
    harness.model.addScript(working('03.01.01.01', '[[write shared.txt|one]]'));
    harness.model.addScript(working('03.01.02.01', '[[write shared.txt|two]]'));
    harness.model.addScript(working('03.01.03.01', '[[write other.txt|three]]'));
    const project = await harness.project({
      threads: ['03.01.01 One', '03.01.02 Two', '03.01.03 Three'],
      tasks: { '03.01.01.01': 'pending', '03.01.02.01': 'pending', '03.01.03.01': 'pending' },
      settings: { 'work.merge.maxAttempts': 0 },
    });
    const report = await project.run('03.01');
    assert.ok(report.kind === 'finished');
    assert.equal(report.result.merged.length, 2);
    const [blocked = ''] = report.result.blocked;
    const task = (await project.tasks()).find(line => line.startsWith(blocked)) ?? '';
    assert.match(
      task,
      /blocked — Failed: Merging branch task\/03-01-0\d-01-\d+ into work\/001-sample conflicts in shared\.txt\. The agent had reported: Did 03\.01\.0\d\.01\./,
    );
    const thread = (await project.snapshot()).stages[0]?.batches[0]?.threads.find(({ id }) => id === blocked);
    assert.deepEqual(thread?.merge?.state === 'conflicted' && thread.merge.files, ['shared.txt']);
    assert.ok((await project.git('ls-tree', '--name-only', `refs/heads/work/${streamId}`)).includes('other.txt'));

    // Nothing is built on a branch from which somebody took what was merged; put back as it is said, it is as before.
    const branch = `refs/heads/work/${streamId}`;
    const tip = await project.git('rev-parse', branch);
    await project.git('update-ref', branch, 'main');
    const moved = await project.run('03.01').then(() => '', String);
    const [, lost, command = ''] = /was moved by hand: it does not hold what was merged of (.*) any more\. Put it back with: git (.*?)\. /.exec(moved) ?? []; // prettier-ignore
    assert.deepEqual(
      lost?.split(', ').sort(),
      ['03.01.01', '03.01.02', '03.01.03'].filter(id => id !== blocked),
      moved,
    );
    await project.git(...command.split(' '));
    assert.equal(await project.git('rev-parse', branch), tip);
  });

  it('gives a thread without tasks one, named after it, says so, and names the skill for plans in its prompt, which the server lists', async () => {
    harness.model.addScript(working('04.01.01.01', '[[write implicit.txt|x]]'));
    const project = await harness.project({
      threads: ['04.01.01 Implicit'],
      tasks: {},
      files: {
        '.claude/skills/implementing-workstreams/SKILL.md':
          '---\nname: implementing-workstreams\ndescription: How to work on a thread of a plan.\n---\n\nRead the plan first.\n',
      },
    });
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    await project.run('04.01');
    assert.deepEqual(await project.tasks(), ['04.01.01.01: completed — Did 04.01.01.01.']);
    assert.ok(
      said.some(message => message.includes('task 04.01.01.01 "Implicit" was added')),
      said.join('\n'),
    );
    assert.ok(
      said.some(message => message.includes('was generated')),
      said.join('\n'),
    );
    assert.match(JSON.stringify(harness.model.requestsFor('04.01.01.01')[0]?.messages), /Use the `implementing-workstreams` skill\./);
  });

  it('holds the next stage back until the one before is approved; says when the user’s branch went its own way, and brings it in', async () => {
    harness.model.addScript(working('06.01.01.01', '[[write ours.txt|ours]]'));
    const project = await harness.project({
      threads: ['05.01.01 One', '06.01.01 Two'],
      tasks: { '05.01.01.01': 'completed', '06.01.01.01': 'pending' },
    });
    const refused = await project.run('06.01');
    assert.deepEqual(refused.kind === 'refused' && refused.findings.problems.map(({ message }) => message), [
      'Previous stage (Stage 5) is not approved.',
    ]);
    assert.equal(harness.model.requestsFor('06.01.01.01').length, 0);
    await project.repository.actions.approveStage(streamId, 5);
    const report = await project.run('06.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed');

    await writeFile(path.join(project.root, 'theirs.txt'), 'theirs\n');
    await project.git('add', 'theirs.txt');
    await project.git('commit', '--quiet', '--message', 'Meanwhile');
    const meanwhile = await project.git('rev-parse', 'HEAD');
    const again = await project.run('06.01');
    assert.deepEqual(again.kind === 'finished' && again.warnings.map(({ code }) => code), ['diverged']);
    const update = await project.repository.runs.updateIntegration(streamId, new AbortController().signal);
    assert.equal(update.kind, 'updated');
    assert.ok((await project.git('rev-list', `refs/heads/work/${streamId}`)).includes(meanwhile));
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:ours.txt`), 'ours');
    assert.equal((await project.repository.runs.updateIntegration(streamId, new AbortController().signal)).kind, 'current');
  });

  it('says every problem at once and starts nothing', async () => {
    const project = await harness.project({
      threads: ['07.01.01 One @agent:nobody', '07.01.02 Two @agent:lost'],
      tasks: {},
      files: { 'work/agents.yaml': 'agents:\n  - name: lost\n    description: d\n    best_for: b\n    models: [lab/unknown]\n' },
    });
    const report = await project.run('07.01');
    assert.ok(report.kind === 'refused');
    assert.deepEqual(report.findings.problems.map(({ code }) => code).sort(), ['no-model', 'unknown-agent']);
    assert.equal(await project.git('branch', '--list', 'work/*', 'task/*'), '');
  });

  it('prints a dry run and writes nothing', async () => {
    const project = await harness.project({ threads: ['08.01.01 One $(touch pwned); `x`'], tasks: { '08.01.01.01': 'pending' } });
    const before = await hashOf(project.root);
    const { text, findings } = await project.repository.runs.dryRun({ batch: '08.01' });
    assert.deepEqual(findings.problems, []);
    assert.match(text, /Thread 08\.01\.01/);
    assert.match(
      text,
      /The same by hand:\n {2}opencode serve --port \d+\n {2}opencode run --attach http:\/\/127\.0\.0\.1:\d+ .*--file work\/001-sample\/prompts\/\S+\.md --title "Thread 08\.01\.01: One \\\$\(touch pwned\); \\`x\\`"/,
    );
    assert.equal(await hashOf(project.root), before);
  });

  it('refuses a second driver and names the first', async () => {
    harness.model.addScript({ label: '09.01.01.01', directives: `[[gate]]\n${working('09.01.01.01').directives}` });
    const project = await harness.project({ threads: ['09.01.01 One'], tasks: { '09.01.01.01': 'pending' } });
    const running = project.run('09.01');
    await waitFor('the agent to begin', () => harness.model.waiting > 0);
    const second = await harness.runtime().repository(project.root).runs.runBatch({ batch: '09.01' }, new AbortController().signal);
    assert.ok(second.kind === 'refused');
    assert.match(second.findings.problems[0]?.message ?? '', new RegExp(`process ${process.pid}`));
    harness.model.release();
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed');
  });

  it('starts nothing while paused, and goes on where it was', async () => {
    harness.model.addScript({ label: '10.01.01.01', directives: `[[gate]]\n${working('10.01.01.01').directives}` });
    harness.model.addScript(working('10.01.01.02'));
    const runtime = harness.runtime();
    const project = await harness.project({ threads: ['10.01.01 One'], tasks: { '10.01.01.01': 'pending', '10.01.01.02': 'pending' } });
    const { runs } = runtime.repository(project.root);
    const running = runs.runBatch({ batch: '10.01' }, new AbortController().signal);
    await waitFor('the first task to begin', () => harness.model.waiting > 0);
    runtime.pause();
    harness.model.release();
    await waitFor(
      'the second task to wait',
      async () => runtime.limiter.waiting === 1 && (await project.tasks())[0]?.includes('completed'),
    );
    assert.equal(harness.model.requestsFor('10.01.01.02').length, 0);
    runtime.resume();
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed');
  });
});

async function hashOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of (await readdir(root, { recursive: true, withFileTypes: true })).sort((a, b) =>
    `${a.parentPath}/${a.name}`.localeCompare(`${b.parentPath}/${b.name}`),
  )) {
    hash.update(`${entry.parentPath}/${entry.name}\n`);
    if (entry.isFile()) hash.update(await readFile(path.join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex');
}
