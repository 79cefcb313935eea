import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { drawTree } from '../../../src/domain/tree/treeDrawing';
import type { Runtime } from '../../../src/runtime/createRuntime';
import { RunHarness, streamId, working, type Project, type ProjectOptions } from '../../support/runHarness';
import { ForeignListeners } from '../../support/foreignListeners';
import { fakeOpencode } from '../../support/fakeOpencode';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { indexText, someStream, someTask, tasksText, threadsText } from '../../support/temporaryWork';
import { planText } from '../../support/workstreamText';

const port = 4741;
const inStream = (name: string) => `work/${streamId}/${name}`;
const oneTask = tasksText(streamId, [someTask('01.01.01.01')]);
const agentsYaml = (models: string) => `agents:\n  - name: default\n    description: d\n    best_for: b\n    models: ${models}\n`;

type Case = ProjectOptions & {
  readonly input: string;
  /** After the repository was made. */
  readonly prepare?: (project: Project) => Promise<unknown>;
  readonly batch?: string;
  /** One of the problems that the run stops at. */
  readonly says: RegExp;
};

const refused: readonly Case[] = [
  {
    input: 'a PLAN.md whose stage heading is none',
    plan: planText('01.01.01 One').replace('### Stage 01', '### Stag 01'),
    says: /^PLAN\.md:7: No stages found\. At least one stage is required\.$/,
  },
  { input: 'an empty PLAN.md', plan: '', says: /^PLAN\.md:1: Missing or invalid workstream name\. Expected "# Plan: \{name\}"$/ },
  {
    input: 'no PLAN.md',
    prepare: ({ root }) => rm(path.join(root, inStream('PLAN.md'))),
    says: /^PLAN\.md:1: PLAN\.md not found at .*PLAN\.md$/,
  },
  {
    input: 'a tasks.json that is not JSON',
    files: { [inStream('tasks.json')]: '{\n  "tasks": [,]\n}\n' },
    says: /tasks\.json:2: tasks\.json cannot be read: a value is expected \(line 2, column 13\)\. Correct it by hand; until then nothing is written to it\.$/,
  },
  {
    input: 'a half-written tasks.json',
    files: { [inStream('tasks.json')]: oneTask.slice(0, 150) },
    says: /tasks\.json:8: tasks\.json cannot be read: a string is not closed on its line/,
  },
  {
    input: 'a tasks.json of another shape',
    files: { [inStream('tasks.json')]: '{\n  "tasks": {}\n}\n' },
    says: /tasks\.json:2: tasks\.json cannot be read: a list "tasks" is expected/,
  },
  {
    input: 'a task with a status that is none',
    files: { [inStream('tasks.json')]: oneTask.replace('"pending"', '"done"') },
    says: /tasks\.json:12: tasks\.0\.status: Invalid status "done"\. Valid: pending, in_progress, completed, blocked, cancelled$/,
  },
  {
    input: 'a threads.json that is not JSON',
    files: { [inStream('threads.json')]: 'threads: []\n' },
    says: /threads\.json:1: threads\.json cannot be read: this is not a JSON value/,
  },
  {
    input: 'a half-written threads.json',
    files: { [inStream('threads.json')]: threadsText(streamId, [{ threadId: '01.01.01', sessions: [] }]).slice(0, 90) },
    says: /threads\.json:5: threads\.json cannot be read: a colon is expected/,
  },
  {
    input: 'an index.json that is not JSON',
    files: { 'work/index.json': '{\n  "streams": [\n' },
    says: /^index\.json cannot be read: a closing \] is missing \(line 3, column 1\)\. Correct it by hand/,
  },
  {
    input: 'an index.json whose workstream is a folder elsewhere',
    files: { 'work/index.json': indexText([someStream('../../evil')], '../../evil') },
    says: /^"\.\.\/\.\.\/evil" cannot be a workstream's id: it must name one folder below work\/\. If work\/index\.json names it, correct it there by hand\.$/,
  },
  {
    input: 'an index.json without a current workstream',
    files: { 'work/index.json': indexText([someStream(streamId)]) },
    says: /^No workstream specified and no current workstream set\. Use --stream <id> or 'work current --set <id>'$/,
  },
  {
    input: 'an agent that agents.yaml does not have',
    threads: ['01.01.01 One @agent:nobody'],
    files: { 'work/agents.yaml': agentsYaml('[lab/scripted]') },
    says: /^Agent "nobody" not found in agents\.yaml \(referenced in thread 01\.01\.01\)$/,
  },
  {
    input: 'an agent without an agents file',
    threads: ['01.01.01 One @agent:nobody'],
    says: /^Agent "nobody" not found: there is no work\/agents\.yaml\. Add one that defines it, or take the name out of thread 01\.01\.01\.$/,
  },
  {
    input: 'an agent whose models the server does not know',
    files: { 'work/agents.yaml': agentsYaml('[lab/none, plain]') },
    says: /^Agent "default" has no model that the opencode server knows\. Name one in work\/agents\.yaml, as provider\/model\.$/,
  },
  {
    input: 'an agents.yaml that is not YAML',
    files: { 'work/agents.yaml': 'agents:\n  - name: [\n' },
    says: /agents\.yaml:\d+: /,
  },
  {
    input: 'a batch that the plan does not have',
    batch: '01.07',
    says: /^Batch "01\.07" not found in workstream "001-sample"\. Available: 01\.01$/,
  },
  { input: 'a batch id that is none', batch: '01.01; rm -rf ~', says: /^Invalid batch ID "01\.01; rm -rf ~"\. Expected format: "SS\.BB"/ },
  {
    input: 'a branch named work',
    prepare: project => project.git('branch', 'work'),
    says: /^A branch named "work" is in the way of branches "work\/…"\. Rename it: git branch -m work work-old$/,
  },
  {
    input: 'a branch below the integration branch',
    prepare: project => project.git('branch', `work/${streamId}/mine`),
    says: /^A branch named "work\/001-sample\/mine" is in the way of the integration branch.*git branch -m work\/001-sample\/mine work-001-sample-mine-old$/,
  },
  {
    input: 'the integration branch checked out',
    prepare: project => project.git('switch', '--quiet', '-c', `work/${streamId}`),
    says: /^The integration branch is checked out in .*\. Switch that checkout to another branch/,
  },
  {
    input: 'a repository without a commit',
    prepare: project => project.git('update-ref', '-d', 'HEAD'),
    says: /^This repository has no commit yet\. Commit something first \(git commit\)/,
  },
  {
    input: 'a folder that is not trusted',
    runtime: { isTrusted: () => false },
    says: /^This workspace is not trusted: plans are shown, nothing is run\.$/,
  },
];

/** Said, and not in the way. */
const warned: readonly (ProjectOptions & { readonly input: string; readonly says: RegExp })[] = [
  {
    input: 'two threads of one number',
    threads: ['01.01.01 One', '01.01.01 Again'],
    says: /^PLAN\.md:25: .*Thread 1 is already defined on line 19; give this one a number of its own$/,
  },
  {
    input: 'two tasks of one id',
    files: { [inStream('tasks.json')]: tasksText(streamId, [someTask('01.01.01.01'), someTask('01.01.01.01', { name: 'Again' })]) },
    says: /tasks\.json:\d+: Task "01\.01\.01\.01" is there twice; the first one counts\.$/,
  },
  {
    input: 'a task of a thread that the plan does not have',
    tasks: { '01.01.01.01': 'pending', '01.01.09.01': 'pending' },
    says: /^tasks\.json names threads of batch 01\.01 that PLAN\.md does not have; they are not run\.$/,
  },
  {
    input: 'a model that is not provider/model',
    files: { 'work/agents.yaml': agentsYaml('[plain, lab/scripted]') },
    says: /^Agent "default": model "plain" is not in provider\/model format; it is skipped\.$/,
  },
];

describe('Bad input', () => {
  let harness: RunHarness;
  let foreign: ForeignListeners;
  before(async () => {
    foreign = await ForeignListeners.listen(port);
    harness = await RunHarness.start(port);
  });
  after(async () => {
    await harness.dispose();
    await foreign.close();
  });

  it('leaves an opencode server of somebody else and a silent program alone, and takes the next free port', async () => {
    const { server } = harness.runtime().opencode;
    await server.ensure();
    assert.equal(server.status.url, `http://127.0.0.1:${port + 2}`);
    assert.deepEqual(foreign.asked, []);
  });

  for (const { input, says, batch = '01.01', prepare, ...options } of refused) {
    it(`refuses ${input}, with a sentence, and touches nothing`, async () => {
      const project = await harness.project(options);
      await prepare?.(project);
      const before = await stateOf(project);
      const problems = await problemsOf(project, batch);
      assert.ok(
        problems.some(problem => says.test(problem)),
        problems.join('\n'),
      );
      assert.deepEqual(await stateOf(project), before);
    });
  }

  for (const { input, says, ...options } of warned) {
    it(`warns of ${input}, and goes on`, async () => {
      const project = await harness.project(options);
      const { findings } = await project.repository.runs.dryRun({ batch: '01.01' });
      assert.deepEqual(findings.problems, []);
      const messages = findings.warnings.map(({ message }) => message);
      assert.ok(
        messages.some(message => says.test(message)),
        messages.join('\n'),
      );
    });
  }

  it('refuses to run without a committer, and says how to name one', async () => {
    const project = await harness.project();
    await project.git('config', '--remove-section', 'user');
    await project.git('config', 'user.useConfigOnly', 'true'); // some machines make an address up
    const before = await stateOf(project);
    const problems = await inEmptyHome(async () => {
      const report = await harness.runtime().repository(project.root).runs.runBatch({ batch: '01.01' }, new AbortController().signal);
      return report.kind === 'refused' ? report.findings.problems.map(({ message }) => message) : [];
    });
    assert.deepEqual(problems, [
      'git does not know who you are. Set your name and address: git config --global user.name "…" and git config --global user.email "…".',
    ]);
    assert.deepEqual(await stateOf(project), before);
  });

  it('refuses to run without opencode, and says how to install it', async () => {
    const state = await temporaryDirectory();
    for (const [setting, sentence] of [
      [
        path.join(state.path, 'missing', 'opencode'),
        /^work\.opencode\.path names ".*", which is not a program\. Install it \(https:\/\/opencode\.ai/,
      ],
      [
        '',
        /^opencode was not found\. Install it \(https:\/\/opencode\.ai, or "npm install -g opencode-ai"\), or name its path in work\.opencode\.path\.$/,
      ],
    ] as const) {
      const project = await harness.project({
        settings: { 'work.opencode.path': setting },
        runtime: { stateDirectory: state.path, environment: { PATH: state.path } },
      });
      const problems = await problemsOf(project, '01.01');
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', sentence);
      const { findings } = await project.repository.runs.dryRun({ batch: '01.01' });
      assert.deepEqual(
        findings.problems.map(({ message }) => message),
        problems,
        'the dry run says the same',
      );
    }
    await state.dispose();
  });

  it('refuses an opencode of another major version, names the one to install, and leaves nothing running', async () => {
    const state = await temporaryDirectory();
    const project = await harness.project({
      settings: { 'work.opencode.path': await fakeOpencode(state.path, '2.0.1'), 'work.server.port': port + 5 },
      runtime: { stateDirectory: state.path },
    });
    assert.deepEqual(await problemsOf(project, '01.01'), [
      'This is opencode 2.0.1, which does not work here. Install version 1.18.33 ("npm install -g opencode-ai@1.18.33").',
    ]);
    await assert.rejects(fetch(`http://127.0.0.1:${port + 5}/global/health`));
    await state.dispose();
  });

  it('runs a plan whose names are commands, markup, escapes and paths, on a detached HEAD in a folder with spaces: they stay names', async () => {
    const names = [
      'C:\\One: a/b; rm -rf /; touch pwned $(touch pwned) `touch pwned` %PATH%',
      '../../../../Two/../../etc',
      '<script>alert("pwned")</script> --exec=x \u001b]0;pwned\u0007\u001b[31mred\u001b[0m \u202eright',
    ];
    const ids = names.map((_, index) => `03.01.0${index + 1}`);
    for (const id of ids) harness.model.addScript(working(`${id}.01`, `[[write ${id}.txt|${id}]]`));
    const project = await harness.project({
      name: 'meine Prüfung – 工作 (1) & $HOME',
      threads: ids.map((id, index) => `${id} ${names[index] ?? ''}`),
      tasks: {},
      settings: { 'work.maxConcurrent': ids.length },
    });
    await project.git('switch', '--quiet', '--detach');
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    const report = await project.run('03.01');
    assert.deepEqual(report.kind === 'finished' && [...report.result.merged].sort(), ids, JSON.stringify([report, await project.tasks()]));
    assert.ok(report.kind === 'finished' && report.warnings.some(({ message }) => message.startsWith('HEAD is detached: ')));
    for (const id of ids) {
      assert.equal(await project.git('show', `refs/heads/work/${streamId}:${id}.txt`), id);
      assert.equal(harness.model.requestsFor(`${id}.01`)[0]?.directory?.startsWith(project.root), true);
    }

    const snapshot = await project.snapshot();
    const threads = snapshot.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
    for (const { promptPath } of threads) {
      assert.match(promptPath, /^prompts\/[\w-]+\/[\w-]+\/[\w-]+\.md$/);
      assert.ok(existsSync(path.join(project.root, inStream(''), ...promptPath.split('/'))), promptPath);
    }
    assert.doesNotMatch(drawTree(snapshot), unreadable);
    const subjects = await project.git('log', '--format=%s%n%b', `main..refs/heads/work/${streamId}`);
    assert.doesNotMatch(subjects, unreadable);
    for (const request of ids.flatMap(id => harness.model.requestsFor(`${id}.01`))) assert.doesNotMatch(request.prompt, unreadable);
    const titles = await sessionTitles(project, harness.runtime());
    assert.equal(titles.length, ids.length);
    for (const title of titles) assert.doesNotMatch(title, unreadable);
    assert.deepEqual(
      (await readdir(project.root)).filter(name => !['.git', '.worktrees', 'README.md', 'work'].includes(name)),
      [],
    );
    assert.deepEqual(await readdir(path.dirname(project.root)), [path.basename(project.root)]);
    assert.doesNotMatch(await project.git('ls-tree', '-r', '--name-only', `refs/heads/work/${streamId}`), /pwned/);
  });
});

/** Control characters and direction overrides; newlines and tabs are fine. */
const unreadable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

async function sessionTitles(project: Project, runtime: Runtime): Promise<readonly string[]> {
  await runtime.opencode.server.ensure();
  const { sessions } = runtime.opencode;
  const attempts = (await project.snapshot()).stages.flatMap(stage =>
    stage.batches.flatMap(batch => batch.threads.flatMap(thread => thread.tasks.flatMap(task => task.attempts))),
  );
  const infos = await Promise.all(attempts.map(({ session = '' }) => sessions.get(project.root, session)));
  return infos.flatMap(info => info?.title ?? []);
}

async function inEmptyHome<T>(work: () => Promise<T>): Promise<T> {
  const empty = await temporaryDirectory();
  const names = ['HOME', 'USERPROFILE', 'XDG_CONFIG_HOME'] as const;
  const before = names.map(name => process.env[name]);
  for (const name of names) process.env[name] = empty.path;
  try {
    return await work();
  } finally {
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    });
    await empty.dispose();
  }
}

/** What the run stops at, whether it refuses or cannot even look. */
async function problemsOf(project: Project, batch: string): Promise<readonly string[]> {
  try {
    const report = await project.run(batch);
    return report.kind === 'refused' ? report.findings.problems.map(({ message }) => message) : [`it ran: ${JSON.stringify(report)}`];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Bytes of every file that keeps state, the refs, and whether a worktree was made. */
async function stateOf(project: Project): Promise<unknown> {
  const names = ['work/index.json', 'work/agents.yaml', ...['PLAN.md', 'tasks.json', 'threads.json'].map(inStream)];
  const texts = await Promise.all(names.map(name => readFile(path.join(project.root, ...name.split('/')), 'utf8').catch(() => undefined)));
  return {
    texts,
    refs: await project.git('for-each-ref', '--format=%(refname) %(objectname)'),
    worktrees: existsSync(path.join(project.root, '.worktrees')),
  };
}
