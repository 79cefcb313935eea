import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { commands } from '../../../src/cli/commands';
import { skills } from '../../../src/domain/skills/skills';
import { terminalIo } from '../../support/terminalIo';
import { planFixture, stream, type PlanFixture } from './planFixture';

describe('The commands that give a plan its tasks, and agents their skills', () => {
  let plan: PlanFixture;
  beforeEach(async () => {
    plan = await planFixture();
  });
  afterEach(() => plan.dispose());

  async function work(...args: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
    const io = terminalIo({ cwd: plan.root, env: plan.environment });
    return { code: await runCommandLine(args, io), printed: io.printed() };
  }
  const file = (...parts: readonly string[]) => path.join(plan.root, ...parts);
  const tasks = async () =>
    (JSON.parse(await plan.read(`work/${stream}/tasks.json`)) as { tasks: Readonly<Record<string, unknown>>[] }).tasks;

  it('tasks writes TASKS.md, approve tasks takes what was filled in, writes the prompts and deletes it', async () => {
    assert.deepEqual(await work('approve', 'tasks'), {
      code: 1,
      printed: `Error: TASKS.md not found in work/${stream}. Write it with: work tasks\n`,
    });
    assert.deepEqual(await work('tasks'), {
      code: 0,
      printed: `Wrote work/${stream}/TASKS.md\nFill it in, then: work approve tasks\n`,
    });
    assert.equal((await work('tasks')).code, 1);
    const before = await tasks();
    const written = await plan.read(`work/${stream}/TASKS.md`);
    await writeFile(file('work', stream, 'TASKS.md'), written.replace('Task 02.01.01.01: ', 'Task 02.01.01.01: Write the docs'));
    assert.deepEqual(await work('approve', 'tasks'), {
      code: 0,
      printed: 'Took 4 tasks of TASKS.md into tasks.json, wrote all prompts and deleted TASKS.md.\n',
    });
    const after = await tasks();
    assert.deepEqual(
      after.map(({ id, status, report }) => ({ id, status, report })).slice(0, 3),
      before.map(({ id, status, report }) => ({ id, status, report })),
    );
    assert.equal(after[3]?.name, 'Write the docs');
    await assert.rejects(plan.read(`work/${stream}/TASKS.md`), { code: 'ENOENT' });
    assert.match(await plan.read(`work/${stream}/prompts/02-stage-02/01-batch-01/docs.md`), /02\.01\.01\.01 Write the docs/);
    assert.match(await plan.read('work/index.json'), /"tasks": \{\s+"status": "approved",\s+"approved_at": "[^"]+",\s+"task_count": 4/);
  });

  it('approve tasks names what is wrong in TASKS.md and takes nothing of it', async () => {
    const before = await plan.read(`work/${stream}/tasks.json`);
    const write = (text: string) => writeFile(file('work', stream, 'TASKS.md'), text);
    await write('# Tasks: x\n\n- [ ] Write it\n');
    assert.deepEqual(await work('approve', 'tasks'), {
      code: 1,
      printed: 'Error: TASKS.md has errors: line 3: Task missing ID: "Write it". Format should be "- [ ] Task 01.01.01.01: Description"\n',
    });
    await write('# Tasks: x\n');
    assert.deepEqual(await work('approve', 'tasks'), { code: 1, printed: 'Error: TASKS.md contains no valid tasks.\n' });
    assert.equal(await plan.read(`work/${stream}/tasks.json`), before);
  });

  it('tasks --straight gives each thread without tasks one of its name', async () => {
    assert.deepEqual(await work('tasks', '--straight'), { code: 0, printed: 'Added 1 task: 02.01.01.01\n' });
    assert.equal((await tasks())[3]?.name, 'Docs');
    assert.deepEqual(await work('tasks', '--straight'), { code: 0, printed: 'Every thread has tasks already.\n' });
  });

  it('skills writes both skills, leaves one that was changed, and replaces it only when forced', async () => {
    const first = await work('skills');
    assert.equal(first.code, 0);
    assert.equal(first.printed.match(/^Wrote /gm)?.length, 2);
    const own = file('.opencode', 'skills', 'create-workstream-plans', 'SKILL.md');
    assert.match(
      await plan.read('.opencode/skills/create-workstream-plans/SKILL.md'),
      /^---\nname: create-workstream-plans\ndescription: "/,
    );
    assert.match((await work('skills')).printed, /^(\S+ is up to date\.\n){2}$/);
    await writeFile(own, 'My own words.\n');
    const again = await work('skills');
    assert.equal(again.code, 1);
    assert.match(again.printed, /^\.opencode\/skills\/create-workstream-plans\/SKILL\.md says something else and was kept\./m);
    assert.equal(await plan.read('.opencode/skills/create-workstream-plans/SKILL.md'), 'My own words.\n');
    assert.equal((await work('skills', '--force')).code, 0);
    assert.match(await plan.read('.opencode/skills/create-workstream-plans/SKILL.md'), /^---\n/);
  });

  it('skills writes through no link', async () => {
    await mkdir(file('elsewhere'));
    await symlink(file('elsewhere'), file('.opencode'), 'junction');
    assert.deepEqual(await work('skills'), {
      code: 1,
      printed: 'Error: .opencode is a link. Replace it by a file or folder of its own.\n',
    });
  });

  it('the skills name only commands and options that there are', () => {
    for (const { text } of skills) {
      for (const [, name = '', rest = ''] of text.matchAll(/`work ([a-z]+(?:-[a-z]+)*)([^`]*)`/g)) {
        const command = commands.find(candidate => candidate.name === name);
        assert.ok(command, `work ${name}`);
        for (const [, option = ''] of rest.matchAll(/--([a-z-]+)/g)) assert.ok(option in command.options, `work ${name} --${option}`);
      }
    }
  });
});
