import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { untranslated } from '../../../src/common/translate';
import { CommandId } from '../../../src/contributions';
import { person as reader } from '../../../src/domain/reservations/mail';
import { treeRow } from '../../../src/domain/tree/rows';
import type { Runtime } from '../../../src/runtime/createRuntime';
import { waitFor } from '../../support/waitFor';
import { Person } from '../support/person';

describe('What needs a person', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const stream = '001-first-steps';
  const file = (...names: readonly string[]) => path.join(root, 'work', stream, ...names);
  const row = (id: string) => ({ kind: 'node', root, node: { id } });
  const run = (command: string, ...args: readonly unknown[]) => vscode.commands.executeCommand(command, ...args);
  let runtime: Runtime;
  let plan: string;
  let person: Person;

  before(async () => {
    const extension = vscode.extensions.getExtension<{ readonly runtime: Runtime }>('workstreams.workstreams');
    assert.ok(extension);
    ({ runtime } = await extension.activate());
    plan = await readFile(file('PLAN.md'), 'utf8');
  });
  beforeEach(async () => {
    (person = new Person()).sit();
    const names = { stage_name: 'S', batch_name: 'B', thread_name: 'T', assigned_agent: 'default' };
    const { files } = runtime.repository(root);
    await files.addTasks(
      stream,
      ['01.01.01.01', '01.01.02.01'].map(id => ({ id, name: `Task ${id}`, ...names })),
    );
    await files.updateTask(stream, '01.01.01.01', { status: 'blocked', report: 'There is no schema.' });
    await run(CommandId.refresh);
  });
  afterEach(async () => {
    person.leave();
    await run('workbench.action.closeAllEditors');
    await writeFile(file('PLAN.md'), plan);
    for (const name of ['tasks.json', 'prompts', 'aar', 'threads.json']) await rm(file(name), { recursive: true, force: true });
    await run(CommandId.refresh);
  });

  const threads = async () =>
    (await runtime.repository(root).snapshot(stream)).stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const rowOf = async (id: string) => {
    const node = (await threads()).find(each => each.id === id);
    return node && treeRow(node, untranslated);
  };

  it('Create Blocker Task… adds what has to be done first, and the window says that somebody has to run it', async () => {
    await run(CommandId.createBlockerTask, row('01.01.01.01')); // nothing was typed
    assert.equal(await readFile(file('PLAN.md'), 'utf8'), plan);
    assert.match(person.asked[0] ?? '', /^What has to be done before 01\.01\.01\.01 [^]* can go on\? There is no schema\.$/);

    person.types = 'Write the schema';
    await run(CommandId.createBlockerTask, row('01.01.01.01'));
    assert.match(await readFile(file('PLAN.md'), 'utf8'), /Thread 03: resolve-01\.01\.01\.01 Write the schema/);
    assert.deepEqual(
      (await threads()).find(({ id }) => id === '01.01.01')?.tasks.map(({ status }) => status),
      ['pending'],
    );
    assert.equal((await rowOf('01.01.03'))?.icon, 'escalated');
    const words = 'Task 01.01.01.01 waits for thread 01.01.03 resolve-01.01.01.01 Write the schema, which nobody runs.';
    await waitFor('the window to say so', () => person.told.includes(words), { describe: () => person.told });
    await run(CommandId.refresh);
    assert.equal(person.told.filter(each => each === words).length, 1, 'once');
  });

  it('Adjust Scope… writes into the plan what a blocked task is about from now on', async () => {
    person.types = 'Only the greeting in English.';
    await run(CommandId.adjustScope, row('01.01.01.01'));
    assert.match(person.asked[0] ?? '', /^What is the scope of 01\.01\.01 from now on\? There is no schema\.$/);
    assert.match(await readFile(file('PLAN.md'), 'utf8'), /\*\*Scope:\*\*\s+Only the greeting in English\./);
    assert.deepEqual(person.told, ['The scope of 01.01.01 is written into the plan.']);
  });

  it('New After-Action Review opens a review with its four headings, and leaves one of that name as it is', async () => {
    const shown = () => vscode.window.activeTextEditor?.document;
    await run(CommandId.newAfterActionReview, row('01')); // nothing was typed
    assert.equal(shown(), undefined);
    person.types = 'First milestone';
    await run(CommandId.newAfterActionReview, row('01'));
    const review = await waitFor('the review', () => shown());
    assert.equal(path.relative(file('aar'), path.dirname(review.uri.fsPath)), '');
    for (const heading of ['What Went Right', 'What Went Wrong', 'What Could Be Better', 'Action Items']) {
      assert.match(review.getText(), new RegExp(`^## ${heading}$`, 'm'));
    }
    assert.match(review.getText(), /There is no schema\./);
    await writeFile(review.uri.fsPath, 'Mine.\n');
    await run(CommandId.newAfterActionReview, row('01'));
    assert.match(person.told.at(-1) ?? '', /^There is a review of that name already/);
    assert.equal(await readFile(review.uri.fsPath, 'utf8'), 'Mine.\n');
  });

  it('Import Plan… asks who has threads that name no agent, where there are agents and none is called default', async () => {
    const index = await readFile(path.join(root, 'work', 'index.json'), 'utf8');
    const made = path.join(root, 'work', '002-for-builder');
    const extra = ['openspec', path.join('work', 'agents.yaml')].map(name => path.join(root, name));
    try {
      await mkdir(path.join(root, 'openspec', 'changes', 'for-builder'), { recursive: true });
      await writeFile(path.join(root, 'openspec', 'changes', 'for-builder', 'tasks.md'), '## 1. Greeting\n\n- [ ] 1.1 Say hello\n');
      const agent = (name: string) => `  - name: ${name}\n    description: Of ${name}s\n    best_for: b\n    models: [p/m]\n`;
      await writeFile(path.join(root, 'work', 'agents.yaml'), `agents:\n${agent('builder')}${agent('tester')}`);
      person.types = 'for-builder';
      person.chooses = 'for-builder'; // the plan, and none of the agents
      await run(CommandId.importPlan, row('01'));
      assert.deepEqual(person.asked.slice(-3, -1), ['builder Of builders', 'tester Of testers']);
      await assert.rejects(readFile(path.join(made, 'PLAN.md')), 'whoever leaves the list imports nothing');
      person.chooses = 'builder';
      await run(CommandId.importPlan, row('01'));
      const tasks = await runtime.repository(root).files.readTasks('002-for-builder');
      assert.deepEqual(
        tasks.map(({ name, assigned_agent }) => [name, assigned_agent]),
        [['Say hello', 'builder']],
      );
    } finally {
      await run('workbench.action.closeAllEditors');
      for (const each of [...extra, made]) await rm(each, { recursive: true, force: true });
      await writeFile(path.join(root, 'work', 'index.json'), index);
    }
  });

  it('Read Messages… lists what agents wrote and counts it as read; what they have reserved stands in the tree', async () => {
    const coordination = await runtime.repository(root).coordination(stream);
    await run(CommandId.readMail, row('01'));
    assert.deepEqual(person.told, ['No agent has written to you.']);

    const letter = { from: '01.01.02', task: '01.01.02.01', to: [reader], body: 'Is it\n8080?', importance: 'high' as const };
    await coordination.send({ ...letter, subject: 'Which port?' });
    await coordination.reserve({ thread: '01.01.02', attempt: '01.01.02.01#1', paths: ['src/**'], exclusive: true, ttlSeconds: 600 });
    try {
      await waitFor('the tree to show both', async () => {
        const { description = '' } = (await rowOf('01.01.02')) ?? {};
        return description.includes('reserved 1 file') && description.includes('1 message');
      });
      const told = 'The agent of thread 01.01.02 wrote to you: Which port?';
      await waitFor('the window to say so', () => person.told.includes(told), { describe: () => person.told });
      await run(CommandId.readMail, row('01'));
      assert.deepEqual(person.asked, ['$(warning) Which port? Is it 8080?']);
      assert.match((await rowOf('01.01.02'))?.description ?? '', /reserved 1 file/);
      assert.doesNotMatch((await rowOf('01.01.02'))?.description ?? '', /message/);
    } finally {
      await coordination.release('01.01.02');
      for (const each of [...coordination.files]) await rm(each, { force: true });
    }
  });
});
