import assert from 'node:assert/strict';
import type { JournalEvent } from '../../../src/domain/journal/events';
import { budgetLevel, type BudgetAnswer } from '../../../src/domain/run/budget';
import type { BudgetAsk } from '../../../src/domain/tree/nodes';
import { treeRow } from '../../../src/domain/tree/rows';
import { untranslated } from '../../../src/common/translate';
import { journalFile, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { readJournal } from '../../../src/runtime/journal/readJournal';
import { reporting, RunHarness, streamId, working, type Project } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

const task = '01.01.01.01';
/** A dollar for a thousand tokens: each turn costs one. */
const priced = { 'work/agents.yaml': 'agents:\n  - name: default\n    description: d\n    best_for: b\n    models: [lab/priced]\n' };
const echoes = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => `[[usage input=1000 output=0]]\n[[bash echo ${from + index}]]`);

describe('A budget of a run', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4893);
  });
  let earlier = 0;
  beforeEach(() => {
    harness.model.replaceScripts([]);
    earlier = harness.model.requests.length;
  });
  after(() => harness.dispose());

  const eventsOf = async ({ root }: Project): Promise<readonly JournalEvent[]> =>
    (await readJournal(journalFile(journalFolder(`${root}/.git`, streamId)))).events;
  const budgetsOf = async (project: Project) =>
    (await eventsOf(project)).flatMap(event => {
      if (event.kind === 'budget.answered') return [`${event.answer} ${event.limit} ${event.by}`];
      return event.kind === 'budget.warned' || event.kind === 'budget.reached'
        ? [`${event.kind.slice(7)} ${event.spent}/${event.limit}`]
        : [];
    });
  const asked = async ({ runtime }: Project, tasks: readonly string[] = [task]): Promise<BudgetAsk> => {
    const isAsked = () => runtime.budgetAsks.pending.find(ask => ask.tasks.join() === tasks.join());
    await waitFor(`${tasks.join()} to be asked about`, () => isAsked() !== undefined, { describe: () => runtime.budgetAsks.pending });
    const ask = isAsked();
    assert.ok(ask);
    return ask;
  };
  const answer = (project: Project, { id }: BudgetAsk, given: BudgetAnswer) => assert.ok(project.runtime.budgetAsks.answer(id, given));
  const turnsOf = (label: string) => harness.model.requests.slice(earlier).filter(request => request.label === label).length;

  it('of turns ends the agent’s turn at once, asks, and lets it go on with as many more as somebody allows', async () => {
    harness.model.addScript(working(task, ...echoes(9)));
    harness.model.addScript(working(task, ...echoes(2, 20)));
    const project = await harness.project({ settings: { 'work.budget.turnsPerTask': 5 } });
    const running = project.run('01.01');
    const ask = await asked(project);
    assert.deepEqual([ask.budget, ask.task, ask.limit], ['turns', task, 5]);
    assert.ok(ask.spent >= 5 && ask.spent <= 6, `${ask.spent} turns`);
    assert.ok(turnsOf(task) <= 6, `the model was asked ${turnsOf(task)} times`);
    const snapshot = await project.snapshot();
    const thread = snapshot.stages[0]?.batches[0]?.threads[0];
    assert.ok(thread);
    assert.match(treeRow(thread, untranslated).description, /budget reached/);
    assert.match(thread.tasks[0]?.health?.reason ?? '', /has used \d of 5 turns/);
    const attempt = thread.tasks[0]?.attempts[0];
    assert.deepEqual(await project.runtime.opencode.sessions.status(attempt?.worktree ?? ''), {}, 'its session is idle');
    const before = turnsOf(task);
    answer(project, ask, { answer: 'raise', limit: 12 });
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.ok(turnsOf(task) > before);
    const told = await budgetsOf(project);
    assert.match(told[0] ?? '', /^warned [45]\/5$/);
    assert.deepEqual(
      told.slice(1, 3).map(line => line.replace(/ [56]\//, ' n/')),
      ['reached n/5', 'raise 12 user'],
    );
    const finished = (await eventsOf(project)).find(event => event.kind === 'attempt.finished');
    const turns = finished?.turns ?? 0;
    const requests = turnsOf(task);
    assert.ok(
      turns === requests || turns === requests + 1,
      `${turns} turns of ${requests} requests: the turn that was stopped may not have come to the model`,
    );
  });

  it('of turns that nobody raises blocks the task, with its work committed; the others never notice', async () => {
    harness.model.addScript(working(task, '[[write one.txt|kept]]', ...echoes(9)));
    harness.model.addScript(working('01.01.02.01', '[[write two.txt|two]]'));
    const project = await harness.project({
      threads: ['01.01.01 One', '01.01.02 Two'],
      tasks: { [task]: 'pending', '01.01.02.01': 'pending' },
      settings: { 'work.budget.turnsPerTask': 4 },
    });
    const running = project.run('01.01');
    answer(project, await asked(project), { answer: 'stop' });
    const report = await running;
    assert.deepEqual(report.kind === 'finished' && [report.result.blocked, report.result.merged], [['01.01.01'], ['01.01.02']]);
    const [one, two] = await project.tasks();
    assert.match(
      one ?? '',
      /blocked — Failed: Budget reached: Task 01\.01\.01\.01 has used [45] of 4 turns \(work\.budget\.turnsPerTask\) and was stopped\./,
    );
    assert.match(two ?? '', /completed/);
    assert.ok(turnsOf(task) <= 5, `the model was asked ${turnsOf(task)} times`);
    const attempt = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0];
    assert.equal(await project.git('show', `${attempt?.commit ?? ''}:one.txt`), 'kept');
  });

  it('of turns does not stop an agent that is done with its last turn, and does not ask of it', async () => {
    harness.model.addScript({ label: task, directives: `[[bash echo 1]]\n${reporting(task)}\n[[say Done.]]` });
    const project = await harness.project({ settings: { 'work.budget.turnsPerTask': 2 } });
    const report = await project.run('01.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(await project.tasks()));
    assert.ok(turnsOf(task) <= 3);
    assert.ok(!(await budgetsOf(project)).some(line => /user|work/.test(line)), 'nobody answered anything');
  });

  it('of dollars stops all agents of the workstream and begins nothing new, until somebody lets it go on', async () => {
    const ids = ['01.01.01', '01.01.02', '01.01.03'];
    for (const id of ids) {
      harness.model.addScript(working(`${id}.01`, ...echoes(4)));
      harness.model.addScript(working(`${id}.01`));
    }
    const project = await harness.project({
      threads: ids.map(id => `${id} Thread`),
      tasks: Object.fromEntries(ids.map(id => [`${id}.01`, 'pending' as const])),
      files: priced,
      settings: { 'work.budget.costPerWorkstream': 3, 'work.maxConcurrent': 2 },
    });
    const warned: number[] = [];
    project.runtime.budgetAsks.onDidWarn(({ spent }) => warned.push(spent));
    const running = project.run('01.01');
    const ask = await asked(project, ['01.01.01.01', '01.01.02.01']);
    assert.equal(ask.budget, 'cost');
    assert.equal(budgetLevel(ask.spent, ask.limit), 'reached');
    const asOf = ids.map(id => turnsOf(`${id}.01`));
    assert.ok(
      asOf.reduce((sum, turns) => sum + turns) <= 3 + 2,
      `the model was asked ${asOf.join(' + ')} times for 3 dollars; each of two agents may be in its next turn`,
    );
    assert.equal(asOf[2], 0, 'nothing new began');
    answer(project, ask, { answer: 'goOn' });
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.deepEqual((await budgetsOf(project)).at(-1), 'goOn null user');
    assert.equal(project.runtime.budgetAsks.pending.length, 0);
  });

  it('of dollars that an earlier run spent begins nothing; stopped, the tasks stay pending', async () => {
    harness.model.addScript(working(task, ...echoes(3)));
    const project = await harness.project({
      threads: ['01.01.01 One', '01.02.01 Two'],
      tasks: { [task]: 'pending', '01.02.01.01': 'pending' },
      files: priced,
    });
    assert.equal((await project.run('01.01')).kind, 'finished');
    const limited = harness.runtime({ 'work.budget.costPerWorkstream': 2 });
    const running = limited.repository(project.root).runs.runBatch({ batch: '01.02' }, new AbortController().signal);
    await waitFor('the question', () => limited.budgetAsks.pending.length === 1);
    const [ask] = limited.budgetAsks.pending;
    assert.ok(ask && ask.spent >= 3, JSON.stringify(ask));
    limited.budgetAsks.answer(ask.id, { answer: 'stop' });
    await running;
    assert.equal(turnsOf('01.02.01.01'), 0);
    assert.match((await project.tasks())[1] ?? '', /pending/);
  });

  it('is asked about again by the next driver, who knows what was spent and what was allowed', async () => {
    harness.model.addScript(working(task, ...echoes(8)));
    harness.model.addScript(working(task, ...echoes(8, 20)));
    harness.model.addScript(working(task));
    const settings = { 'work.budget.turnsPerTask': 3 };
    const project = await harness.project({ settings });
    const first = project.run('01.01');
    answer(project, await asked(project), { answer: 'raise', limit: 7 });
    const second = await asked(project);
    assert.equal(second.limit, 7, 'raised once, it is asked about at the new limit');
    const next = harness.runtime(settings);
    const resumed = next.repository(project.root).runs.runBatch({ batch: '01.01', takeOver: true }, new AbortController().signal);
    await waitFor('the question', () => next.budgetAsks.pending.length === 1, { describe: () => next.budgetAsks.pending });
    const [ask] = next.budgetAsks.pending;
    assert.ok(ask);
    assert.deepEqual([ask.limit, ask.spent], [7, second.spent], 'what was raised stays raised, what was spent is known');
    next.budgetAsks.answer(ask.id, { answer: 'goOn' });
    const report = await resumed;
    await first;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
  });
});
