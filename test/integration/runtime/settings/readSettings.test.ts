import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultSettings } from '../../../../src/domain/settings/parseSettings';
import { readSettings } from '../../../../src/runtime/settings/readSettings';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

const settingsFile = path.join('.vscode', 'settings.json');

describe('readSettings', () => {
  let root: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => (root = await temporaryDirectory()));
  afterEach(() => root.dispose());
  const write = async (text: string) => {
    await mkdir(path.join(root.path, '.vscode'));
    await writeFile(path.join(root.path, settingsFile), text);
  };

  it('gives the defaults where nothing is set', async () => {
    assert.deepEqual(await readSettings(root.path, { environment: {} }), { settings: defaultSettings, problems: [] });
  });

  it('takes flags before variables before the repository’s file, which may hold comments', async () => {
    await write(
      '\uFEFF{\n  // ours\n  "editor.tabSize": 2,\n  "work.isolation": "thread",\n  "work.maxConcurrent": 2,\n  "work.ready.max": 2,\n}\n',
    );
    const { settings, problems } = await readSettings(root.path, {
      environment: { WORK_MAX_CONCURRENT: '3', WORK_READY_MAX: '3', WORK_ISOLATION: '', WORK_ATTEMPT: 'something else', PATH: '/bin' },
      flags: { 'work.ready.max': 5, 'work.isolation': undefined },
    });
    assert.deepEqual([settings.isolation, settings.maxConcurrent, settings.ready.max, problems], ['thread', 3, 5, []]);
  });

  it('names the variable that holds a bad value', async () => {
    const { settings, problems } = await readSettings(root.path, { environment: { WORK_MAX_CONCURRENT: 'many' } });
    assert.equal(settings.maxConcurrent, 4);
    assert.deepEqual(problems, [
      'work.maxConcurrent (WORK_MAX_CONCURRENT) must be a whole number from 1 to 64, not "many". The default, 4, is used.',
    ]);
  });

  it('takes no program, no server and no command from a repository that is not trusted', async () => {
    await write(
      '{ "work.opencode.path": "./evil", "work.server.url": "http://evil.invalid", "work.worktrees.setup": "evil", "work.validation.commands": ["evil"], "work.isolation": "none" }',
    );
    const { settings, problems } = await readSettings(root.path, { environment: {} });
    assert.deepEqual(settings, { ...defaultSettings, isolation: 'none' });
    assert.equal(problems.length, 4);
    assert.equal(
      problems[0],
      `work.opencode.path of ${settingsFile} is not used: a repository may not decide it. Set WORK_OPENCODE_PATH instead.`,
    );

    const trusted = await readSettings(root.path, { environment: {}, trusted: true });
    assert.equal(trusted.settings.worktrees.setup, 'evil');
    assert.deepEqual(trusted.settings.validation.commands, ['evil']);
    assert.equal(trusted.settings.opencode.path, undefined);
    assert.equal(trusted.problems.length, 2);
  });

  it('takes programs and commands from the environment', async () => {
    const environment = {
      WORK_OPENCODE_PATH: '/opt/opencode',
      WORK_WORKTREES_SETUP: '["npm", "ci"]',
      WORK_VALIDATION_COMMANDS: 'npm test',
    };
    const { settings, problems } = await readSettings(root.path, { environment });
    assert.deepEqual(
      [settings.opencode.path, settings.worktrees.setup, settings.validation.commands, problems],
      ['/opt/opencode', ['npm', 'ci'], ['npm test'], []],
    );
  });

  it('says where a file does not parse, and goes on without it', async () => {
    await write('{\n  "work.isolation": "none"\n  "work.maxConcurrent": 2\n}');
    assert.deepEqual(await readSettings(root.path, { environment: { WORK_MAX_CONCURRENT: '3' } }), {
      settings: { ...defaultSettings, maxConcurrent: 3 },
      problems: [`${settingsFile} is not valid (line 3, column 3: CommaExpected), so nothing is taken from it.`],
    });
  });

  for (const [what, text] of [
    ['an empty file', ''],
    ['a list', '[1]'],
    ['a word', '"x"'],
  ] as const) {
    it(`takes nothing from ${what}`, async () => {
      await write(text);
      assert.deepEqual(await readSettings(root.path, { environment: {} }), { settings: defaultSettings, problems: [] });
    });
  }

  it('says so when the file cannot be read', async () => {
    await mkdir(path.join(root.path, settingsFile), { recursive: true });
    const { problems } = await readSettings(root.path, { environment: {} });
    assert.match(problems.join(), /cannot be read, so nothing is taken from it/);
  });
});
