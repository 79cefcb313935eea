import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { readJournal } from '../../../src/runtime/journal/readJournal';
import { journalFile, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { CrashHarness, type CrashPoint } from '../../support/crashHarness';
import { reporting, streamId, working, type Project, type ProjectOptions, type RunHarness } from '../../support/runHarness';
import type { ModelScript } from '../../support/scriptedModel';
import { terminalIo } from '../../support/terminalIo';
import { waitFor } from '../../support/waitFor';

const review = '## Your answer';
const { signal } = new AbortController();
const agent = (name: string) =>
  `  - name: ${name}\n    description: d\n    best_for: b\n    models: [lab/${name === 'critic' ? 'priced' : 'scripted'}]\n`;
const files = { 'work/agents.yaml': `agents:\n${agent('default')}${agent('critic')}` };
const settings = { 'work.review.agent': 'critic' };
const saying = (...lines: readonly string[]): ModelScript => ({ label: review, directives: ['[[say', ...lines, ']]'].join('\n') });

describe('The review of a stage', function () {
  this.timeout(600_000); // the last one drives in processes of their own
  let crashes: CrashHarness;
  let harness: RunHarness;
  before(async () => {
    crashes = await CrashHarness.start(4893);
    harness = crashes.runs;
  });
  after(() => crashes.dispose());

  const prompts = (seen: number) => {
    const requests = harness.model.requests.slice(seen).filter(({ label, tools }) => label === review && tools.length > 0);
    const last = [...new Map(requests.map(request => [request.session, request])).values()];
    return last.map(({ messages }) => messages.filter(({ role, text }) => role === 'user' && text.includes(review)).length);
  };
  const projectWith = async (
    change: Readonly<Record<string, unknown>> = {},
    more: Readonly<Record<string, string>> = {},
    plan: Pick<ProjectOptions, 'threads' | 'tasks'> = {},
  ) => {
    const project = await harness.project({ files: { ...files, ...more }, settings: { ...settings, ...change }, ...plan });
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    return { project, said };
  };
  const completes = async (project: Project, said: readonly string[] = []) => {
    const report = await project.run('01.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, said]));
    return (await project.snapshot()).stages[0]?.review;
  };

  it('happens at the gate, cannot write, stands beside the report, and comes anew when more of the stage has landed', async () => {
    const task = '01.01.01.01';
    harness.model.replaceScripts([
      working(task, '[[write work.txt|BAD]]'),
      working(task, '[[write work.txt|good]]'),
      {
        label: review,
        directives: [
          '[[usage input=1000 output=0]]', // a dollar for each turn
          '[[write written.txt|no]]',
          '[[bash echo no > shell.txt]]',
          '[[edit work.txt|BAD=>edited]]',
          '[[tool task {"description":"d","prompt":"Write a file","subagent_type":"general"}]]',
          `[[tool work_task_report {"task":"${task}","status":"blocked","report":"no"}]]`,
          '[[say',
          'work.txt says BAD.',
          'Verdict: changes',
          ']]',
        ].join('\n'),
      },
      saying('Now it is good.', 'Verdict: approve'),
    ]);
    const { project, said } = await projectWith();
    const first = await completes(project, said);
    const tip = await project.git('rev-parse', `refs/heads/work/${streamId}`);
    assert.deepEqual([first?.verdict, first?.text, first?.agent, first?.tip], ['changes', 'work.txt says BAD.', 'critic', tip.trim()], said.join('\n')); // prettier-ignore

    const [asked] = harness.model.requestsFor(review);
    assert.deepEqual([...(asked?.tools ?? [])].sort(), ['glob', 'grep', 'read']);
    assert.ok(asked?.prompt.includes('+BAD') && asked.prompt.includes(`Did ${task}.`) && asked.prompt.includes('Thread 01: One'), asked?.prompt); // prettier-ignore
    const folder = asked?.directory ?? assert.fail('no folder');
    const kept = (await readdir(folder)).filter(name => name.endsWith('.txt'));
    assert.deepEqual([kept, await project.read(path.relative(project.root, path.join(folder, 'work.txt')))], [['work.txt'], 'BAD\n']);
    assert.deepEqual(await project.tasks(), [`${task}: completed — Did ${task}.`]);

    const report = await project.repository.reports.writeStageReport(streamId, '01');
    const text = await project.read(path.relative(project.root, report));
    assert.match(
      text,
      /## Evidence\n\n### Review\n\n- \S+: @critic on `[0-9a-f]{10}`: \*\*changes wanted\*\*, \$\d+\.\d\d\n {2}> work\.txt says BAD\.\n/,
    );

    await project.repository.files.updateTask(streamId, task, { status: 'pending' });
    const second = await completes(project, said);
    assert.deepEqual([second?.verdict, second?.text, second?.tip === first?.tip], ['approve', 'Now it is good.', false]);
    assert.equal((await project.snapshot()).stages[0]?.approval, 'draft', 'a verdict approves nothing');

    const { state } = await readJournal(journalFile(journalFolder(path.join(project.root, '.git'), streamId)));
    const cost = state.readerCosts.reduce((sum, review) => sum + review.cost, 0);
    assert.ok(cost >= 1, JSON.stringify(state.readerCosts));
    assert.equal(state.readerCosts.length, 2);
    const shown = await project.read(path.relative(project.root, await project.repository.reports.writeStageReport(streamId, '01')));
    assert.ok(shown.includes(`| Cost | $${cost.toFixed(2)} |`), shown);
    await project.repository.files.updateTask(streamId, task, { status: 'pending' });
    const limited = harness.runtime({ ...settings, 'work.budget.costPerWorkstream': 1 });
    const held = limited.repository(project.root).runs.runBatch({ batch: '01.01' }, new AbortController().signal);
    await waitFor('the question about the budget', () => limited.budgetAsks.pending.length === 1);
    const [ask] = limited.budgetAsks.pending;
    assert.equal(ask?.spent.toFixed(4), cost.toFixed(4), 'what reviews cost is spent of the budget');
    limited.budgetAsks.answer(ask.id, { answer: 'stop' });
    await held;
  });

  for (const { how, bring } of [
    {
      how: 'by dropping the task that could not be merged, by a person at the terminal and not by an agent there',
      bring: async ({ root }: Project, prompted: () => readonly number[]) => {
        const update = async (status: string, role?: string) => {
          const env = { ...harness.programEnvironment, WORK_REVIEW_AGENT: 'critic', ...(role === undefined ? {} : { WORKSTREAM_ROLE: role }) }; // prettier-ignore
          const io = terminalIo({ cwd: root, env });
          assert.equal(await runCommandLine(['update', '--task', '01.01.02.01', '--status', status], io), 0, io.printed());
          return io.printed();
        };
        await update('cancelled', 'AGENT');
        assert.deepEqual(prompted(), []);
        assert.match(await update('cancelled'), /Stage 01: @critic reviews it now\.\n⚖ Stage 01, review by @critic: approve\. Fine\.\n$/);
        assert.deepEqual(prompted(), [1]);
      },
    },
    {
      how: 'by a merge that a person repaired and continued',
      bring: async ({ repository }: Project) => {
        const { worktree } = await repository.resolutions.open(streamId, '01.01.02', signal);
        await writeFile(path.join(worktree, 'b.txt'), 'good\n');
        assert.equal((await repository.resolutions.continue(streamId, '01.01.02', signal)).kind, 'landed');
      },
    },
  ]) {
    it(`happens once where the stage comes to its gate ${how}`, async () => {
      const seen = harness.model.requests.length;
      harness.model.replaceScripts([
        working('01.01.01.01', '[[write a.txt|a]]'),
        working('01.01.02.01', '[[write b.txt|BAD]]'),
        saying('Fine.', 'Verdict: approve'),
      ]);
      const check = "const fs = require('node:fs'); process.exit(fs.existsSync('b.txt') && fs.readFileSync('b.txt', 'utf8').includes('BAD') ? 3 : 0)"; // prettier-ignore
      const { project, said } = await projectWith(
        { 'work.merge.maxAttempts': 0, 'work.validation.commands': [[process.execPath, '-e', check]] },
        {},
        { threads: ['01.01.01 One', '01.01.02 Two'], tasks: { '01.01.01.01': 'pending', '01.01.02.01': 'pending' } },
      );
      const report = await project.run('01.01');
      assert.equal(report.kind === 'finished' && report.result.outcome, 'blocked', JSON.stringify([report, said]));
      const review = () => project.repository.gateReview.review(streamId, '01.01.02', signal);
      await review();
      assert.deepEqual(prompts(seen), [], 'it is not at its gate yet');
      await bring(project, () => prompts(seen));
      await review();
      await review();
      const [stage] = (await project.snapshot()).stages;
      assert.deepEqual([stage?.atGate, stage?.review?.verdict, prompts(seen)], [true, 'approve', [1]], said.join('\n'));
      assert.equal(stage?.review?.tip, (await project.git('rev-parse', `refs/heads/work/${streamId}`)).trim());
    });
  }

  it('gives no verdict for other words', async () => {
    harness.model.replaceScripts([working('01.01.01.01', '[[write a.txt|a]]'), saying('Verdict: approve, I think')]);
    const { project } = await projectWith();
    assert.deepEqual((await completes(project))?.verdict, 'none');
  });

  for (const { what, change, scripts, says } of [
    { what: 'its agent is missing', change: { 'work.review.agent': 'nobody' }, scripts: [], says: /^Stage 01 was not reviewed: agent "nobody" is not in/ }, // prettier-ignore
    { what: 'its model fails', change: {}, scripts: [{ label: review, directives: '[[status 400 | bad request]]' }], says: /^Stage 01 was not reviewed: .*bad request/ }, // prettier-ignore
  ]) {
    it(`leaves the gate as it is without one when ${what}, and says so`, async () => {
      harness.model.replaceScripts([working('01.01.01.01', '[[write a.txt|a]]'), ...scripts]);
      const { project, said } = await projectWith(change);
      assert.equal(await completes(project), undefined);
      assert.ok(said.some(message => says.test(message)), said.join('\n')); // prettier-ignore
      assert.equal((await project.snapshot()).stages[0]?.atGate, true);
    });
  }

  it('does not happen when the work has used what the workstream may cost, and says so at the gate', async () => {
    const seen = harness.model.requests.length;
    const task = '01.01.01.01';
    const directives = ['[[write a.txt|a]]', '[[usage input=1000 output=0]]', reporting(task), '[[say Done.]]'].join('\n');
    harness.model.replaceScripts([{ label: task, directives }, saying('Fine.', 'Verdict: approve')]);
    const { project, said } = await projectWith(
      { 'work.budget.costPerWorkstream': 1 },
      { 'work/agents.yaml': files['work/agents.yaml'].replace('lab/scripted', 'lab/priced') },
    );
    assert.equal(await completes(project, said), undefined);
    const why = said.filter(message => message.startsWith('Stage 01 was not reviewed'));
    assert.equal(why.length, 1, said.join('\n'));
    assert.match(
      why.join(),
      /^Stage 01 was not reviewed: This workstream has used \$1\.\d\d of \$1\.00 \(work\.budget\.costPerWorkstream\)\. Its gate waits for you as ever\.$/,
    );
    assert.deepEqual(prompts(seen), []);
    assert.equal((await project.snapshot()).stages[0]?.atGate, true);
  });

  it('ends with its batch when a person stops it, and the gate is there', async () => {
    harness.model.replaceScripts([working('01.01.01.01', '[[write a.txt|a]]'), { label: review, directives: '[[hang]]' }]);
    const { project, said } = await projectWith();
    const ended = completes(project, said);
    await waitFor('the reviewing agent to hang', () => harness.model.waiting === 1, { timeout: 120_000 });
    project.repository.runs.stop('01.01');
    assert.equal(await ended, undefined);
    assert.ok(said.includes('Stage 01 was not reviewed: it was stopped. Its gate waits for you as ever.'), said.join('\n'));
  });

  it('has one session and one prompt, wherever its driver dies', async () => {
    const seen = harness.model.requests.length;
    const task = '01.01.01.01';
    const batch = await crashes.batch({
      tasks: [task],
      files,
      settings,
      scripts: [working(task, '[[write a.txt|a]]'), saying('Fine.', 'Verdict: approve')],
    });
    const moments: readonly Pick<CrashPoint, 'kind' | 'effect' | 'side' | 'nth'>[] = [
      { kind: 'effect.done', effect: 'session', side: 'before', nth: 2 },
      { kind: 'effect.done', effect: 'prompt', side: 'before', nth: 1 },
      { kind: 'stage.reviewed', side: 'before', nth: 1 },
    ];
    const story: string[] = [];
    for (const moment of moments) {
      const { isHit, output } = await batch.drive({ ...moment, victim: 'driver' });
      story.push(`${JSON.stringify(moment)}\n${output}`);
      assert.ok(isHit, story.join('\n---\n'));
    }
    story.push((await batch.drive()).output);
    const { events } = await readJournal(journalFile(journalFolder(path.join(batch.project.root, '.git'), streamId)));
    const verdicts = events.flatMap(event => (event.kind === 'stage.reviewed' ? [event.verdict] : []));
    assert.deepEqual([prompts(seen), verdicts], [[1], ['approve']], story.join('\n---\n'));
  });
});
