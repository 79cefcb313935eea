import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { systemClock } from '../../../src/common/clock';
import { WorkFiles } from '../../../src/runtime/files/workFiles';
import { Git } from '../../../src/runtime/git/git';
import { PlanSources } from '../../../src/runtime/sources/planSources';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { terminalIo } from '../../support/terminalIo';

const change = 'openspec/changes/add-auth';
const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;
const tasks = lines('## 1. Auth', '', '- [ ] 1.1 First', '  - [ ] 1.1.1 Begin', '  - [ ] 1.1.2 End', '- [ ] 1.2 Second', '- [ ] 1.3 Third');
/** A step is added, one renamed, one done, a thread explained, another gone, and one added at the end. */
const grown = lines(
  '## 1. Auth',
  '',
  '- [ ] 1.1 First',
  '  - [x] 1.1.1 Begin',
  '  - [ ] 1.1.2 Finish',
  '  - [ ] 1.1.3 Rest',
  '- [ ] 1.2 Second',
  '  Mind the gap.',
  '- [ ] 1.4 Fourth',
);
const stream = '000-add-auth';
const firstPrompt = 'prompts/01-auth/01-auth/first.md';
const secondPrompt = 'prompts/01-auth/01-auth/second.md';

type Write = 'writeSource' | 'writePrompt' | 'editPlan' | 'addTasks' | 'updateTasks';

/** A program that ends right before its write of that name, the `times`-th one. */
class CutOff extends WorkFiles {
  private left: number;

  constructor(
    root: string,
    private readonly at: Write,
    times: number,
  ) {
    super(root);
    this.left = times;
  }

  private end(write: Write): void {
    if (write === this.at && --this.left === 0) throw new Error('cut off');
  }
  override async writeSource(...args: Parameters<WorkFiles['writeSource']>): Promise<void> {
    this.end('writeSource');
    return super.writeSource(...args);
  }
  override async writePrompt(...args: Parameters<WorkFiles['writePrompt']>): Promise<string> {
    this.end('writePrompt');
    return super.writePrompt(...args);
  }
  override async editPlan<T extends { readonly text: string }>(id: string, edit: (text: string) => T): Promise<T> {
    this.end('editPlan');
    return super.editPlan(id, edit);
  }
  override async addTasks(...args: Parameters<WorkFiles['addTasks']>): Promise<void> {
    this.end('addTasks');
    return super.addTasks(...args);
  }
  override async updateTasks(...args: Parameters<WorkFiles['updateTasks']>): ReturnType<WorkFiles['updateTasks']> {
    this.end('updateTasks');
    return super.updateTasks(...args);
  }
}

describe('An imported plan that is brought up to its source', () => {
  let repository: TemporaryRepository;
  let root: string;
  beforeEach(async () => {
    repository = await temporaryRepository({ files: { 'README.md': 'A project.\n' } });
    root = repository.root;
    await put(tasks);
    for (const args of [
      ['import', change],
      ['prompt', '--stage', '1', '--stream', stream],
    ]) {
      const { code, printed } = await work(...args);
      assert.equal(code, 0, printed);
    }
  });
  afterEach(() => repository.dispose());

  const file = (...names: readonly string[]) => path.join(root, ...names.flatMap(name => name.split('/')));
  const read = (name: string) => readFile(file('work', stream, name), 'utf8');
  const edit = async (name: string, change: (text: string) => string) => writeFile(file('work', stream, name), change(await read(name)));
  async function put(text: string): Promise<void> {
    await mkdir(file(change), { recursive: true });
    await writeFile(file(change, 'tasks.md'), text);
  }
  async function work(...args: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
    const io = terminalIo({ cwd: root, env: { HOME: root, XDG_CONFIG_HOME: root, WORK_STATE_DIRECTORY: root, PATH: '' } });
    return { code: await runCommandLine(args, io), printed: io.printed() };
  }
  const update = (...args: readonly string[]) => work('import', '--update', '--stream', stream, ...args);
  const sources = (files: WorkFiles) => new PlanSources({ files, clock: systemClock, git: () => new Git(root) });
  const standing = async () => ({
    plan: await read('PLAN.md'),
    tasks: (await new WorkFiles(root).readTasks(stream)).map(({ id, name, status }) => `${id} ${name}: ${status}`),
    prompts: [await read(firstPrompt), await read(secondPrompt)],
    imported: (await sources(new WorkFiles(root)).record(stream))?.imported,
    isDone: !(await read('source.json')).includes('"next"'),
  });

  it('shows what would change, as a list and as a difference of the plan, and writes nothing', async () => {
    await edit('PLAN.md', text => text.replace('## References\n', '## References\n\n- notes.md\n'));
    await edit(secondPrompt, text => `${text}\nBe quick.\n`);
    await put(grown);
    const before = await standing();
    const shown = await update('--dry-run');
    assert.equal(shown.code, 0);
    const [list = '', diff = ''] = shown.printed.split('\n--- ');
    assert.deepEqual(list.split('\n'), [
      `What ${stream} would take up of ${change}:`,
      '  added      thread 01.02.01 Fourth',
      '  renamed    task 01.01.01.02 Finish (was: End)',
      '  added      task 01.01.01.03 Rest',
      '  gone       thread 01.01.03 Third: leaves PLAN.md; its tasks stay in tasks.json as they are',
      '  completed  task 01.01.01.01 Begin',
      `  prompt     ${firstPrompt} is written anew`,
      `  prompt     ${secondPrompt} was edited by hand and stays; it does not say what changed. Write it anew: work prompt`,
      '',
    ]);
    assert.match(diff, /^work\/000-add-auth\/PLAN\.md\n\+\+\+ work\/000-add-auth\/PLAN\.md, with what changed in .*\n@@ /);
    const changed = diff.split('\n').filter(line => /^[+-]/.test(line) && !line.startsWith('+++'));
    assert.ok(changed.includes('+Mind the gap.') && changed.includes('-###### Thread 03: Third') && !diff.includes('+- notes.md'), diff);
    assert.ok(changed.includes('+##### Batch 02: Fourth'), 'a batch that is added is called after what is in it');
    assert.match(shown.printed, /\nNothing was written\.\n$/);
    assert.deepEqual(await standing(), before);

    const taken = await update();
    assert.match(taken.printed, new RegExp(`^Brought ${stream} up to ${change}:\n  added      thread 01\\.02\\.01 Fourth\n`));
    assert.equal((await update('--dry-run')).printed, `${stream} has everything that ${change} says.\n`);
  });

  it('has its prompts written anew, as long as nobody edited them', async () => {
    await edit(secondPrompt, text => `${text}\nBe quick.\n`);
    const edited = await read(secondPrompt);
    await edit(firstPrompt, text => `${text}\nUse the \`implementing-workstreams\` skill.\n`);
    await put(grown);
    assert.equal((await update()).code, 0);
    const prompt = await read(firstPrompt);
    assert.match(prompt, /- \[ \] 01\.01\.01\.02 Finish\n- \[ \] 01\.01\.01\.03 Rest\n/);
    assert.match(prompt, /\nUse the `implementing-workstreams` skill\.\n$/);
    assert.equal(await read(secondPrompt), edited);

    await put(grown.replace('1.2 Second', '1.2 Last'));
    assert.match((await update()).printed, /prompts\/01-auth\/01-auth\/last\.md was edited by hand and stays/);
    assert.equal(await read('prompts/01-auth/01-auth/last.md'), edited, 'what a person wrote goes with its thread');
  });

  it('keeps what a person wrote at the end of each thread beside threads that the source renames, explains, takes out and adds', async () => {
    const mine = (text: string) =>
      ['First', 'Second', 'Third'].reduce((all, name) => all.replace(new RegExp(`(Thread .*: ${name}\\n[^#]*)`), '$1\nFill in.\n'), text);
    await edit('PLAN.md', text => mine(text).replaceAll('\n', '\r\n'));
    await put(tasks.replace('1.2 Second', '1.2 Renamed').concat('- [ ] 1.4 Fourth\n'));
    const taken = await update();
    assert.equal(taken.code, 0, taken.printed);
    const text = await read('PLAN.md');
    assert.equal(text.replaceAll('\r\n', '').includes('\n'), false, 'with the line ends that it had');
    const threads = text
      .replaceAll('\r\n', '\n')
      .split(/^###### /m)
      .slice(1);
    assert.deepEqual(
      threads.map(thread => [thread.split('\n')[0], thread.includes('Fill in.')]),
      [
        ['Thread 01: First', true],
        ['Thread 02: Renamed', true],
        ['Thread 03: Third', true],
        ['Thread 01: Fourth', false],
      ],
    );

    await put(tasks.replace('- [ ] 1.3 Third\n', '').replace('1.2 Second', '1.2 Renamed').concat('- [ ] 1.4 Fourth\n'));
    const refused = await update();
    assert.equal(refused.code, 1);
    const line = text.split('\r\n').indexOf('###### Thread 03: Third') + 1;
    assert.match(refused.printed, new RegExp(`PLAN\\.md:${line}: the plan says “###### Thread 03: Third .*”, the source says nothing`));
    assert.equal(await read('PLAN.md'), text);
  });

  it('keeps a thread that is done when its source has it no more: some drop what is closed', async () => {
    const { code, printed } = await work('update', '--task', '01.01.03.01', '--status', 'completed', '--report', 'Done.');
    assert.equal(code, 0, printed);
    await put(tasks.replace('- [ ] 1.2 Second\n- [ ] 1.3 Third\n', '- [ ] 1.4 Fourth\n'));
    const shown = await update('--dry-run');
    assert.match(shown.printed, /gone {7}thread 01\.01\.02 Second: leaves PLAN\.md/);
    assert.doesNotMatch(shown.printed, /gone .*Third/);
    assert.equal((await update()).code, 0);
    assert.deepEqual((await read('PLAN.md')).match(/(?<=###### Thread \d+: ).*/g), ['First', 'Third', 'Fourth']);
    assert.match((await update()).printed, /has everything that/);
    assert.deepEqual((await read('PLAN.md')).match(/(?<=###### Thread \d+: ).*/g), ['First', 'Third', 'Fourth']);
  });

  it('has the agent that it was imported for, which what the source adds later has too, and stays with whom it was given to since', async () => {
    const agent = (name: string) => `  - name: ${name}\n    description: d\n    best_for: b\n    models: [p/m]\n`;
    await writeFile(file('work', 'agents.yaml'), `agents:\n${agent('builder')}${agent('tester')}`);
    const again = ['import', change, '--again', '--name', 'again'];
    const unknown = await work(...again, '--agent', 'nobody');
    assert.deepEqual(unknown, { code: 1, printed: 'Error: Agent "nobody" not found in agents.yaml. Agents: builder, tester\n' });
    const open = await work(...again, '--dry-run');
    assert.match(open.printed, /^warning: .* no agent "default"\. Name one with --agent: builder, tester\n/);
    const imported = await work(...again, '--agent', 'builder');
    assert.doesNotMatch(imported.printed, /warning/);
    assert.match(imported.printed, /^Imported .* as 001-again, the current workstream from now on: /);
    assert.match((await work('current')).printed, /001-again/);
    const agents = async () =>
      (await new WorkFiles(root).readTasks('001-again')).map(({ id, assigned_agent }) => `${id} ${assigned_agent ?? '–'}`);
    assert.deepEqual(await agents(), ['01.01.01.01 builder', '01.01.01.02 builder', '01.01.02.01 builder', '01.01.03.01 builder']);

    assert.equal((await work('assign', '--task', '01.01.02.01', '--agent', 'tester')).code, 0);
    await put(tasks.replace('1.2 Second', '1.2 Renamed').concat('- [ ] 1.4 Fourth\n'));
    const taken = await work('import', '--update');
    assert.equal(taken.code, 0, taken.printed);
    assert.deepEqual((await agents()).slice(2), ['01.01.02.01 tester', '01.01.03.01 builder', '01.02.01.01 builder']);
  });

  it('names every place that both sides changed, and is left as it is', async () => {
    await edit('PLAN.md', text => text.replaceAll('Second', 'Mine'));
    await put(tasks.replace('Second', 'Theirs'));
    const before = await standing();
    for (const args of [['--dry-run'], []]) {
      const { code, printed } = await update(...args);
      assert.equal(code, 1);
      assert.match(printed, /were changed in the same 1 place since the import: nothing was changed/);
      const line = before.plan.split('\n').findIndex(text => text.includes('Mine')) + 1;
      assert.match(printed, new RegExp(`work/${stream}/PLAN\\.md:${line}: the plan says “.*Mine.*”, the source says “.*Theirs.*”`));
    }
    assert.deepEqual(await standing(), before);
  });

  const points: readonly (readonly [Write, number, 'edited'?])[] = [
    ['writeSource', 1],
    ['writePrompt', 2, 'edited'],
    ['editPlan', 1],
    ['addTasks', 1],
    ['addTasks', 1, 'edited'],
    ['updateTasks', 1, 'edited'],
    ['writeSource', 2],
    ['writeSource', 2, 'edited'],
  ];
  for (const [write, times, edited] of points) {
    const meanwhile = edited ? ', also when somebody edited the plan since' : '';
    it(`takes up the rest when it was cut off before ${write} no. ${times}${meanwhile}`, async () => {
      const note = (text: string) => (edited ? text.replace('## References\n', '## References\n\n- notes.md\n') : text);
      await put(grown);
      const shown = await sources(new WorkFiles(root)).previewUpdate(stream);
      await assert.rejects(sources(new CutOff(root, write, times)).update(shown), { message: 'cut off' });
      await edit('PLAN.md', note);
      const taken = await update();
      assert.equal(taken.code, 0, taken.printed);
      const whole = await standing();
      assert.deepEqual(whole.tasks, [
        '01.01.01.01 Begin: completed',
        '01.01.01.02 Finish: pending',
        '01.01.01.03 Rest: pending',
        '01.01.02.01 Second: pending',
        '01.01.03.01 Third: pending',
        '01.02.01.01 Fourth: pending',
      ]);
      assert.deepEqual([whole.plan, whole.isDone], [note(shown.text), true]);
      assert.match(whole.prompts.join(''), /Finish[^]*Mind the gap/);
      assert.equal((await update()).printed, `${stream} has everything that ${change} says.\n`);
    });
  }
});
