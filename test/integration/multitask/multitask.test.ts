import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from '../../../src/runtime/opencode/processes';
import type { MultitaskEnd, MultitaskRequest } from '../../../src/runtime/multitask/multitasks';
import { runGit } from '../../support/gitRepository';
import { isRunning } from '../../support/processes';
import { projectRoot } from '../../support/projectRoot';
import { reporting, RunHarness, type Project } from '../../support/runHarness';
import { silentServer } from '../../support/silentServer';
import { waitFor } from '../../support/waitFor';
import { startWork } from '../cli/workProcess';

/** What an agent does that is told this; `thread` is its number in the config. */
const doing = (thread: number, ...directives: readonly string[]) =>
  [...directives, reporting(`01.01.0${thread}.01`, `Did ${thread}.`), '[[say Done.]]'].join('\n');
/** One that ended and that nobody waited for does not count. */
const areAlive = (pids: readonly number[]) => Promise.all(pids.map(isAlive));
const entry = (issue: number, branch: string, task: string, more: Readonly<Record<string, unknown>> = {}) => ({
  issue,
  branch,
  task,
  ...more,
});

describe('A multitask run', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4911);
  });
  after(() => harness.dispose());

  /** With an origin of its own that has `main` and `feat/there`. */
  async function project(
    entries: readonly unknown[],
    files: Readonly<Record<string, string>> = {},
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<Project> {
    const made = await harness.project({ settings, files: { ...files, 'multitask.json': JSON.stringify(entries, undefined, 2) } });
    const origin = path.join(path.dirname(made.root), 'origin.git');
    await made.git('init', '--quiet', '--bare', origin);
    await made.git('remote', 'add', 'origin', `file://${origin}`);
    await made.git('branch', 'feat/there');
    await made.git('push', '--quiet', 'origin', 'main', 'feat/there');
    await made.git('branch', '-D', 'feat/there');
    await made.git('fetch', '--quiet');
    return made;
  }

  type Ran = { readonly end: MultitaskEnd; readonly told: readonly string[] };
  async function run(made: Project, request: Partial<MultitaskRequest> = {}, told: string[] = []): Promise<Ran> {
    const whole = { config: path.join(made.root, 'multitask.json'), grace: 100, clock: { now: () => 0 }, ...request };
    const end = await made.repository.multitasks.run(whole, line => told.push(line), new AbortController().signal);
    return { end, told };
  }

  const finished = ({ end, told }: Ran) => {
    assert.ok(end.kind === 'finished', JSON.stringify([end, told]));
    return end;
  };
  const filesOn = async (made: Project, branch: string) => (await made.git('ls-tree', '--name-only', branch)).split('\n');

  it('brings each entry to its end on its own branch: one fails, one takes too long, and the others never notice', async () => {
    const recipe = [
      '- bash: printf "%s on %s" "{{issue}}" "{{branch}}" | tee facts.txt',
      '  output: facts',
      '- id: write',
      '  prompt: |',
      '    Facts: {{facts}}.',
      '    [[write written.txt|by the agent]]',
      '    [[say Wrote it.]]',
      '  output: said',
      '- bash: printf %s "{{said}}" > said.txt',
      '',
    ].join('\n');
    const made = await project(
      [
        entry(101, 'feat/here', doing(1, '[[write one.txt|one]]'), { description: 'Made on a branch that is there' }),
        entry(102, 'feat/recipe', 'Whatever the recipe says; $(touch stolen)', { description: 'By a recipe', recipe: 'ship' }),
        entry(103, 'feat/fails', '[[status 401]]\n[[say Never.]]'),
        entry(104, 'feat/hangs', '[[write half.txt|half]]\n[[hang]]'),
        entry(105, 'feat/there', doing(5, '[[write five.txt|five]]'), { description: 'From origin' }),
      ],
      { 'work/recipes/ship.yaml': recipe },
    );
    await made.git('branch', 'feat/here');
    const main = await made.git('rev-parse', 'main');
    const timeUp = new AbortController();
    const told: string[] = [];
    const running = run(made, { limit: timeUp.signal }, told);
    const ended = () => told.filter(line => /^\[\d+\] (completed|failed)/.test(line)).length;
    await waitFor('all but one to end', () => ended() === 4 && harness.model.waiting === 1, { describe: () => told.join('\n') });
    timeUp.abort();
    const { report, exitCode, stream } = finished(await running);
    assert.equal(exitCode, 1);

    const folder = path.dirname(report);
    assert.equal(
      (await readFile(report, 'utf8')).replaceAll(folder + path.sep, '<folder>/'),
      await readFile(path.join(projectRoot(), 'test', 'fixtures', 'multitask', 'report.txt'), 'utf8'),
    );
    assert.deepEqual(told.filter(line => /^\[10\d\] (running|completed|Timed)/.test(line)).sort(), [
      '[101] completed',
      '[101] running on feat/here',
      '[102] completed',
      '[102] running on feat/recipe',
      '[103] running on feat/fails',
      '[104] Timed out after 0s, terminating…',
      '[104] running on feat/hangs',
      '[105] completed',
      '[105] running on feat/there',
    ]);
    const first = told.findIndex(line => line.endsWith('Status (elapsed: 0s):'));
    assert.deepEqual(told.slice(first, first + 4), [
      '[00:00:00] Status (elapsed: 0s):',
      '  Running:   5 [101, 102, 103, 104, 105]',
      '  Completed: 0 []',
      '  Failed:    0 []',
    ]);

    assert.ok((await filesOn(made, 'feat/here')).includes('one.txt'));
    assert.deepEqual(await made.git('show', 'feat/recipe:facts.txt'), '102 on feat/recipe');
    assert.deepEqual(await made.git('show', 'feat/recipe:said.txt'), 'Wrote it.');
    assert.deepEqual(await made.git('show', 'feat/recipe:written.txt'), 'by the agent');
    assert.ok((await filesOn(made, 'feat/there')).includes('five.txt'));
    assert.ok((await filesOn(made, 'feat/hangs')).includes('half.txt'), 'what was done when the time was up is kept');
    assert.equal(await made.git('rev-parse', 'main'), main, 'nothing is merged');
    assert.equal(await made.git('branch', '--list', 'work/*'), '');
    assert.equal(await made.git('ls-remote', '--heads', 'origin', 'feat/*'), `${main}\trefs/heads/feat/there`, 'nothing is pushed');

    const log = await readFile(path.join(folder, 'log-102.txt'), 'utf8');
    assert.match(log, /Wrote it\./);
    assert.match(await readFile(path.join(folder, 'log-103.txt'), 'utf8'), /thread ended failed/);

    const before = harness.model.requests.length;
    const config = path.join(made.root, 'multitask.json');
    assert.equal(stream, '002-multitask');
    const threads = (await made.repository.snapshot(stream)).stages.flatMap(({ batches }) => batches.flatMap(batch => batch.threads));
    assert.deepEqual([threads.length, threads.filter(thread => thread.awaitsMerge)], [5, []], 'and nothing is to be merged');
    await writeFile(config, `${await readFile(config, 'utf8')}\n`); // the same entries
    const again = new AbortController();
    const second: string[] = [];
    const rerun = run(made, { limit: again.signal }, second);
    await waitFor(
      'the one that hangs to hang again',
      () => harness.model.waiting === 1 && second.some(line => line.startsWith('[103] failed')),
    );
    again.abort();
    const end = finished(await rerun);
    assert.equal(end.stream, stream, 'it goes on in the same workstream');
    assert.deepEqual(
      end.ends.map(({ issue, exitCode: code }) => [issue, code]),
      [
        [101, 0],
        [102, 0],
        [103, 1],
        [104, -1],
        [105, 0],
      ],
    );
    const asked = harness.model.requests.slice(before).map(request => request.directory ?? '');
    assert.ok(
      asked.length > 0 && asked.every(directory => /ws-10[34]-/.test(directory)),
      `what was done is not done again: ${asked.join(' ')}`,
    );
  });

  it('works in clones where that is wanted, says what cannot be begun or takes too long, and leaves what is in the way', async () => {
    const made = await project([
      entry(201, 'feat/there', doing(1, '[[write one.txt|one]]')),
      entry(202, 'feat/nowhere', doing(2)),
      entry(203, 'feat/third', 'Never.', { recipe: 'gone' }),
      entry(204, 'feat/slow', doing(4)),
    ]);
    const inTheWay = path.join(made.root, '.worktrees', 'ws-202-002-multitask');
    const ran = await run(made, { isolation: 'clone' });
    const { ends, stream } = finished(ran);
    assert.equal(stream, '002-multitask');
    assert.deepEqual(
      ends.map(({ exitCode }) => exitCode),
      [0, 1, 2, 1],
      ran.told.join('\n'),
    );
    assert.ok(ran.told.some(line => line === `[203] failed: There is no recipe gone: looked for work/recipes/gone.yaml in ${made.root}.`));
    assert.ok(
      ran.told.some(line => /^\[202\] failed: .*feat\/nowhere/.test(line)),
      ran.told.join('\n'),
    );
    const clone = path.join(made.root, '.worktrees', 'ws-201-002-multitask');
    assert.equal(await runGit(['show', 'HEAD:one.txt'], clone), 'one');
    assert.equal(await runGit(['rev-parse', '--is-shallow-repository'], clone), 'true');
    assert.equal(await runGit(['log', '-1', '--format=%an'], clone), 'Ada Test');
    assert.equal(await made.git('branch', '--list', 'feat/*'), '', 'its commits are in the clone alone');

    await mkdir(inTheWay, { recursive: true });
    await writeFile(path.join(inTheWay, 'mine.txt'), 'mine');
    await using origin = await silentServer();
    await made.git('remote', 'set-url', 'origin', `${origin.url}/origin.git`);
    const hurried = harness.runtime({ 'work.multitask.clone': 1 }).repository(made.root);
    const rerun = await run({ ...made, repository: hurried }, { isolation: 'clone' });
    assert.deepEqual(
      finished(rerun).ends.map(({ exitCode }) => exitCode),
      [0, 1, 2, 1],
    );
    assert.equal(await readFile(path.join(inTheWay, 'mine.txt'), 'utf8'), 'mine');
    assert.ok(rerun.told.includes('[204] failed: Cloning branch feat/slow did not end within 1 seconds.'), rerun.told.join('\n'));
    assert.equal(origin.asked(), 1);
    await waitFor('no git to ask the origin that never answers', () => origin.open() === 0);
    const places = await readdir(path.join(made.root, '.worktrees'));
    assert.deepEqual(places.sort(), ['ws-201-002-multitask', 'ws-202-002-multitask'], 'nothing of a clone that was given up is left');
    await rm(path.join(made.root, 'multitask.json'));
    assert.deepEqual((await run(made)).end, { kind: 'refused', problems: [`There is no file ${path.join(made.root, 'multitask.json')}.`] });
  });

  it('goes on at the step that it was in when its driver was killed, ends the command of one first and says that it is run again', async () => {
    const agent = (name: string, model: string) => `  - name: ${name}\n    description: d\n    best_for: b\n    models: [lab/${model}]\n`;
    const recipe = [
      '- bash: printf one >> steps.txt',
      '- agent: reviewer',
      '  prompt: |',
      '    Look at the step before.',
      '    [[write two.txt|two]]',
      '    [[gate]]',
      '    [[say Looked.]]',
      '- bash: printf three >> steps.txt',
      '',
    ].join('\n');
    const command = [
      '- bash: printf before >> steps.txt',
      '- bash: |',
      '    echo $$ >> shells.txt; setsid sleep 1000 & echo $! >> sleepers.txt',
      '    until [ -e "$WORK_ROOT/go" ]; do sleep 0.1; done; printf " once" >> steps.txt',
      '- bash: printf " after" >> steps.txt',
      '',
    ].join('\n');
    const made = await project(
      [
        entry(401, 'feat/killed', 'Whatever'),
        entry(402, 'feat/nobody', 'Never', { recipe: 'stranger' }),
        entry(403, 'feat/command', 'Whatever', { recipe: 'command' }),
        entry(404, 'feat/model', 'Never', { recipe: 'unable' }),
      ],
      {
        'work/agents.yaml': `agents:\n${agent('default', 'scripted')}${agent('reviewer', 'second')}${agent('shipper', 'gone')}`,
        'work/recipes/ship.yaml': recipe,
        'work/recipes/command.yaml': command,
        'work/recipes/unable.yaml': '- bash: touch never.txt\n- id: ship\n  agent: shipper\n  prompt: Never.\n',
        'work/recipes/stranger.yaml': '- id: ask\n  agent: nobody\n  prompt: Never.\n',
      },
    );
    const before = harness.model.requests.length;
    const start = () => startWork(['multitask', 'multitask.json', '--recipe', 'ship'], made.root, harness.programEnvironment);
    const first = start();
    const place = path.join(made.root, '.worktrees', 'ws-403-002-multitask');
    const pids = async () => {
      const texts = await Promise.all(['shells.txt', 'sleepers.txt'].map(file => readFile(path.join(place, file), 'utf8').catch(() => '')));
      return texts.map(text => text.split('\n').flatMap(line => (line === '' ? [] : Number(line))));
    };
    const inTheMiddle = async () => harness.model.waiting === 1 && (await pids()).every(found => found.length === 1);
    await waitFor('an agent and a command to be in the middle of their steps', inTheMiddle, { describe: () => first.out });
    const cutOff = (await pids()).flat();
    assert.match(first.out, /^\[402\] failed: Recipe stranger, step "ask": Agent "nobody" not found in agents\.yaml\.$/m);
    assert.match(
      first.out,
      /^\[404\] failed: Step "ship" of the recipe unable of thread 01\.01\.04 is for agent "shipper": .* no model that the opencode server knows/m,
    );
    first.process.kill('SIGKILL');
    await first.ended;
    assert.deepEqual(await areAlive(cutOff), [true, true], 'a command goes on without its driver');
    const second = start();
    await waitFor('the next driver to go on', () => second.out.includes('was cut off earlier; it goes on where it was'), { describe: () => second.out }); // prettier-ignore
    await waitFor('the command to run again', async () => (await pids()).every(found => found.length === 2), {
      describe: () => second.out,
    });
    assert.deepEqual(await areAlive(cutOff), [false, false], 'never two of them at once');
    await writeFile(path.join(made.root, 'go'), '');
    harness.model.release();
    const { code, out } = await second.ended;
    assert.equal(code, 1, out);
    assert.equal(out.match(/Status: {2}FAILED \(exit 2\)$/gm)?.length, 2, 'those that nobody could be told of');
    assert.match(out, /^\[401\] completed$/m);
    assert.match(out, /^\[403\] completed$/m);
    assert.match(
      out,
      /^01\.01\.03\.01: step 2 of its recipe was cut off \(bash: echo .*\); it is run again, in the worktree as the first time left it\.$/m,
    );
    assert.equal(out.match(/was cut off \(bash: /g)?.length, 1, 'the steps that had ended are not');
    assert.deepEqual(await made.git('show', 'feat/command:steps.txt'), 'before once after');
    assert.deepEqual(await areAlive((await pids()).flat()), [false, false, false, false], 'what a command started ends with it');
    assert.deepEqual(await made.git('show', 'feat/killed:steps.txt'), 'onethree', 'no step was done twice, and none was left out');
    const asked = harness.model.requests.slice(before).filter(({ tools }) => tools.length > 0);
    assert.deepEqual([...new Set(asked.map(({ model, session }) => `${model} ${session === asked[0]?.session}`))], ['second true']);
    const prompts = asked.at(-1)?.messages.filter(({ role, text }) => role === 'user' && text.includes('Look at the step before.'));
    assert.equal(prompts?.length, 1);
    assert.deepEqual(
      (await readdir(path.join(made.root, '.worktrees'))).sort(),
      ['ws-401-002-multitask', 'ws-403-002-multitask'],
      'nothing was begun for an agent that is not there',
    );
  });

  it('holds the times that settings give: for a command, for an agent, and for all of it', async () => {
    const recipes = {
      'work/recipes/command.yaml': '- id: wait\n  bash: sleep 1000\n- bash: touch never.txt\n',
      'work/recipes/agent.yaml': '- id: think\n  prompt: |\n    [[hang]]\n- bash: touch never.txt\n',
    };
    const steps = await project(
      [entry(501, 'feat/command', 'Whatever', { recipe: 'command' }), entry(502, 'feat/agent', 'Whatever', { recipe: 'agent' })],
      recipes,
      { 'work.recipes.bash': 1, 'work.recipes.agent': 1 },
    );
    const ran = await run(steps);
    assert.equal(finished(ran).exitCode, 1);
    const failures = ran.told.filter(line => /^\[\d+\] failed/.test(line)).sort();
    assert.deepEqual(failures, [
      '[501] failed: Step "wait" did not end within 1 seconds.',
      '[502] failed: Step "think" did not end within 1 seconds.',
    ]);
    for (const branch of ['feat/command', 'feat/agent']) assert.ok(!(await filesOn(steps, branch)).includes('never.txt'));

    const whole = await project([entry(503, 'feat/whole', '[[hang]]')], {}, { 'work.multitask.limit': 2, 'work.multitask.grace': 0 });
    const early = finished(await run(whole, { limit: AbortSignal.abort() }));
    assert.match(
      await readFile(early.report, 'utf8'),
      /Status: {2}FAILED \(exit -1\)\n {2}Runtime: N\/A/,
      'it is over before anything begins',
    );
    const told: string[] = [];
    const end = await whole.repository.multitasks.run({ config: path.join(whole.root, 'multitask.json') }, line => told.push(line), new AbortController().signal); // prettier-ignore
    assert.ok(end.kind === 'finished' && end.exitCode === 1, told.join('\n'));
    assert.ok(
      told.some(line => /^\[503\] Timed out after \d+s, terminating…$/.test(line)),
      told.join('\n'),
    );
    assert.match(await readFile(end.report, 'utf8'), /Status: {2}FAILED \(exit -1\)/);
    await waitFor('no agent to be at the model', () => harness.model.waiting === 0);
  });

  it('leaves nothing running after Ctrl-C: no process of its agents, no busy session', async () => {
    const pidFile = (issue: number) => `pid-${issue}`;
    const sleeping = (issue: number) => `[[bash echo $$ > ${pidFile(issue)}; exec sleep 1000]]\n[[say Never.]]`;
    const made = await project([
      entry(301, 'feat/a', sleeping(301)),
      entry(302, 'feat/b', sleeping(302)),
      entry(303, 'feat/c', '[[hang]]'),
    ]);
    const running = startWork(['multitask', 'multitask.json', '--mode', 'classic'], made.root, harness.programEnvironment);
    const places = [301, 302].map(issue => path.join(made.root, '.worktrees', `ws-${issue}-002-multitask`));
    const pids = () =>
      Promise.all(
        places.map(async (place, index) => Number(await readFile(path.join(place, pidFile(301 + index)), 'utf8').catch(() => ''))),
      );
    await waitFor(
      'both commands to run and one agent to hang',
      async () => (await pids()).every(pid => pid > 0) && harness.model.waiting === 1,
      {
        describe: () => running.out,
      },
    );
    const found = await pids();
    assert.deepEqual(found.map(isRunning), [true, true]);
    running.process.kill('SIGINT');
    const { code, out } = await running.ended;
    assert.equal(code, 130, out);
    assert.deepEqual(found.map(isRunning), [false, false], 'what the agents started is gone when the command is');
    assert.match(out, /^Interrupted! Stopping the agents\./m);
    assert.equal(out.match(/Status: {2}FAILED \(exit 130\)$/gm)?.length, 3, out);
    await waitFor('no agent to be at the model', () => harness.model.waiting === 0);
    const { sessions } = harness.runtime().opencode;
    for (const place of [...places, path.join(made.root, '.worktrees', 'ws-303-002-multitask')]) {
      assert.deepEqual(await sessions.status(place), {}, place);
    }
    const tasks = await made.repository.files.readTasks('002-multitask');
    assert.deepEqual(
      tasks.map(({ status }) => status),
      ['pending', 'pending', 'pending'],
    );
  });
});
