import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  defaultSettings,
  environmentName,
  parseSettings,
  settingFromText,
  settingNames,
} from '../../../../src/domain/settings/parseSettings';
import { machineSettings, trustedSettings } from '../../../../src/domain/settings/settings';

type Property = {
  readonly default: unknown;
  readonly scope: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
};
type Manifest = {
  readonly contributes: { readonly configuration: readonly { readonly properties: Readonly<Record<string, Property>> }[] };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
};

describe('settings', () => {
  it('have their defaults when nothing is set', () => {
    const { settings, problems } = parseSettings({ 'editor.tabSize': 2, 'work.isolation': undefined, 'work.server.url': null });
    assert.deepEqual([settings, problems], [defaultSettings, []]);
    assert.deepEqual(
      [settings.isolation, settings.maxConcurrent, settings.server, settings.worktrees],
      ['task', 4, { mode: 'auto', port: 4096, memoryLimit: 0 }, { directory: '.worktrees', provider: 'git' }],
    );
  });

  it('take good values and treat empty ones as absent', () => {
    const { settings, problems } = parseSettings({
      'work.isolation': 'thread',
      'work.opencode.path': ' ',
      'work.server.url': 'http://127.0.0.1:9999',
      'work.worktrees.setup': ['npm', 'ci'],
      'work.validation.commands': ['npm test', ['npm', 'run', 'lint']],
      'work.budget.costPerWorkstream': 2.5,
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(settings, {
      ...defaultSettings,
      isolation: 'thread',
      opencode: { path: undefined },
      server: { ...defaultSettings.server, url: 'http://127.0.0.1:9999' },
      worktrees: { ...defaultSettings.worktrees, setup: ['npm', 'ci'] },
      validation: { commands: ['npm test', ['npm', 'run', 'lint']] },
      budget: { turnsPerTask: 0, costPerWorkstream: 2.5 },
    });
    for (const setup of ['', []]) assert.equal(parseSettings({ 'work.worktrees.setup': setup }).settings.worktrees.setup, undefined);
  });

  const bad: readonly (readonly [string, unknown, string])[] = [
    ['work.isolation', 'tasks', 'work.isolation must be one of "task", "thread", "none", not "tasks". The default, "task", is used.'],
    ['work.maxConcurrent', 0, 'work.maxConcurrent must be a whole number from 1 to 64, not 0. The default, 4, is used.'],
    ['work.maxConcurrent', '4', 'work.maxConcurrent must be a whole number from 1 to 64, not "4". The default, 4, is used.'],
    ['work.limits.idle', 1.5, 'work.limits.idle must be a whole number of at least 0, not 1.5. The default, 600, is used.'],
    ['work.server.port', 70000, 'work.server.port must be a whole number from 1 to 65535, not 70000. The default, 4096, is used.'],
    ['work.server.url', 'file:///etc', 'work.server.url must be an http or https address, not "file:///etc". The default, "", is used.'],
    ['work.merge.batch', 'yes', 'work.merge.batch must be a whole number from 1 to 64, not "yes". The default, 10, is used.'],
    ['work.budget.costPerWorkstream', -1, 'work.budget.costPerWorkstream must be a number of at least 0, not -1. The default, 0, is used.'],
    ['work.worktrees.directory', '', 'work.worktrees.directory must not be empty, not "". The default, ".worktrees", is used.'],
    [
      'work.worktrees.setup',
      5,
      'work.worktrees.setup must be a command for the shell or a list of a program and its arguments, not 5. The default, "", is used.',
    ],
    [
      'work.validation.commands',
      'npm test',
      'work.validation.commands must be a list of commands, not "npm test". The default, [], is used.',
    ],
    [
      'work.validation.commands',
      ['npm test', []],
      'work.validation.commands entry 2 must be a command for the shell or a list of a program and its arguments, not ["npm test",[]]. The default, [], is used.',
    ],
    ['work.allowedRoots', ['/a', ''], 'work.allowedRoots entry 2 must not be empty, not ["/a",""]. The default, [], is used.'],
    ['work.colour', 'red', 'work.colour is not a setting.'],
    ['work.server', {}, 'work.server is not a setting.'],
  ];
  for (const [name, value, problem] of bad) {
    it(`answer ${name} = ${JSON.stringify(value)} with the default and a sentence`, () => {
      assert.deepEqual(parseSettings({ [name]: value }), { settings: defaultSettings, problems: [problem] });
    });
  }

  it('report every problem, with where the value comes from, and keep the good values', () => {
    const { settings, problems } = parseSettings(
      { 'work.maxConcurrent': 'x', 'work.isolation': 'none', 'work.delivery': 1 },
      { 'work.maxConcurrent': 'WORK_MAX_CONCURRENT' },
    );
    assert.equal(settings.isolation, 'none');
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? '', /^work\.maxConcurrent \(WORK_MAX_CONCURRENT\) must be/);
  });

  it('always give usable settings', () => {
    const value = fc.oneof(fc.anything(), fc.constantFrom('task', 'none', 1, true, [], ''));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...settingNames), value), source => {
        const { settings } = parseSettings(source);
        assert.deepEqual(Object.keys(settings).sort(), Object.keys(defaultSettings).sort());
        assert.ok(settings.maxConcurrent >= 1);
      }),
    );
  });

  it('agree with the manifest in names, defaults, words and bounds', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    const properties = Object.assign({}, ...manifest.contributes.configuration.map(section => section.properties)) as Record<
      string,
      Property
    >;
    assert.deepEqual(
      Object.keys(properties).filter(name => !settingNames.includes(name)),
      [],
    );
    const declared = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]));
    assert.deepEqual(parseSettings(declared), { settings: parseSettings(declared).settings, problems: [] });
    assert.deepEqual(JSON.parse(JSON.stringify(parseSettings(declared).settings)), JSON.parse(JSON.stringify(defaultSettings)));
    for (const [name, { enum: words = [], minimum, maximum }] of Object.entries(properties)) {
      const accepts = (value: unknown) => parseSettings({ [name]: value }).problems.length === 0;
      for (const word of words) assert.ok(accepts(word), `${name} = ${word}`);
      if (minimum !== undefined) assert.deepEqual([accepts(minimum), accepts(minimum - 1)], [true, false], name);
      if (maximum !== undefined) assert.deepEqual([accepts(maximum), accepts(maximum + 1)], [true, false], name);
    }
  });

  it('that name programs, servers or guards are never taken from an untrusted folder', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    const properties = manifest.contributes.configuration.flatMap(section => Object.entries(section.properties));
    const machine = properties.filter(([, { scope }]) => scope === 'machine').map(([name]) => name);
    const offered = properties.map(([name]) => name);
    assert.deepEqual(machine.sort(), machineSettings.filter(name => offered.includes(name)).sort());
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    for (const name of trustedSettings.filter(setting => offered.includes(setting))) {
      assert.ok(restrictedConfigurations.includes(name), name);
    }
    for (const name of restrictedConfigurations) assert.ok([...trustedSettings, ...machineSettings].includes(name), name);
  });
});

describe('settings as text', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['work.maxConcurrent', '8', 8],
    ['work.maxConcurrent', 'many', 'many'],
    ['work.terminal.addToPath', 'false', false],
    ['work.isolation', 'none', 'none'],
    ['work.worktrees.setup', 'npm ci', 'npm ci'],
    ['work.worktrees.setup', '["npm","ci"]', ['npm', 'ci']],
    ['work.worktrees.setup', '[ -d x ] && make', '[ -d x ] && make'],
    ['work.validation.commands', 'npm test', ['npm test']],
    ['work.validation.commands', '["npm test", ["make"]]', ['npm test', ['make']]],
    ['work.allowedRoots', '/repositories', ['/repositories']],
  ];
  for (const [name, text, value] of cases) {
    it(`mean ${JSON.stringify(value)} by ${text} for ${name}`, () => assert.deepEqual(settingFromText(name, text), value));
  }

  it('are named for the environment', () => {
    assert.equal(environmentName('work.budget.turnsPerTask'), 'WORK_BUDGET_TURNS_PER_TASK');
    assert.equal(new Set(settingNames.map(environmentName)).size, settingNames.length);
  });
});
