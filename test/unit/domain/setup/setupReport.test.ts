import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import type { SetupFacts } from '../../../../src/domain/setup/setupFacts';
import { isFit, setupReport, type SetupItem } from '../../../../src/domain/setup/setupReport';
import { setupText } from '../../../../src/domain/setup/setupText';

const gigabyte = 1024 ** 3;
const absent = { kind: 'absent' } as const;
const found = <T>(value: T) => ({ kind: 'found', value }) as const;
const unknown = (why: string) => ({ kind: 'unknown', why }) as const;

/** A set-up in which nothing is wrong. */
const whole: SetupFacts = {
  git: found({ version: '2.39.5', isNewEnough: true }),
  identity: found('Ada <ada@example.com>'),
  opencode: found({ path: '/bin/opencode', version: '1.18.33', fit: 'tested' }),
  testedVersion: '1.18.33',
  server: found({ url: 'http://127.0.0.1:4096', version: '1.18.33', fit: 'tested', hasTools: true }),
  isServerExternal: false,
  agents: found([{ agent: 'ada', known: 2, unknown: [] }]),
  ripgrep: found({ path: '/bin/rg', version: '14.1.0' }),
  programs: {
    openspec: { program: absent, isUsed: false },
    bd: { program: absent, isUsed: false },
    bv: { program: absent, isUsed: false },
  },
  agentMail: absent,
  disk: found({ folder: '/r/.worktrees', free: 50 * gigabyte }),
  excluded: found(true),
  work: found({ folder: '/r/work', writable: true }),
  driver: absent,
  locks: found([]),
  node: '20.1.0',
};

const report = (change: Partial<SetupFacts> = {}) => setupReport({ ...whole, ...change }, untranslated);
const item = (change: Partial<SetupFacts>, id: string): SetupItem => {
  const one = report(change).find(each => each.id === id);
  assert.ok(one, `no item ${id}`);
  return one;
};

describe('setupReport', () => {
  it('says of everything that is not in order what to do about it', () => {
    const facts = [
      'git',
      'identity',
      'opencode',
      'server',
      'agents',
      'ripgrep',
      'agentMail',
      'disk',
      'excluded',
      'work',
      'driver',
      'locks',
    ] as const;
    const none = (given: SetupFacts['ripgrep']): Partial<SetupFacts> => ({
      ...Object.fromEntries(facts.map(name => [name, given])),
      programs: {
        openspec: { program: given, isUsed: false },
        bd: { program: given, isUsed: true },
        bv: { program: given, isUsed: false },
      },
    });
    for (const given of [absent, unknown('no answer within 30 seconds')]) {
      for (const each of report(none(given))) assert.ok(each.state === 'ok' || each.fix !== undefined, `${each.id}: ${given.kind}`);
    }
  });

  const openspec = (used: boolean): Partial<SetupFacts> => ({
    programs: { ...whole.programs, openspec: { program: absent, isUsed: used } },
  });
  const cases: readonly [string, Partial<SetupFacts>, string, SetupItem['state'], boolean, RegExp, RegExp?][] = [
    ['git is not there', { git: absent }, 'git', 'missing', false, /^not found$/, /2\.38/],
    [
      'git is too old',
      { git: found({ version: '2.30.2', isNewEnough: false }) },
      'git',
      'missing',
      false,
      /^2\.30\.2 is too old$/,
      /2\.38/,
    ],
    ['git does not answer', { git: unknown('no answer within 30 seconds') }, 'git', 'unknown', true, /^no answer/],
    ['git knows nobody', { identity: absent }, 'identity', 'missing', false, /who you are/, /user\.email/],
    ['opencode is not there', { opencode: absent }, 'opencode', 'missing', false, /not found/, /opencode-ai@1\.18\.33/],
    ['opencode runs elsewhere', { opencode: absent, isServerExternal: true }, 'opencode', 'missing', true, /not found/],
    [
      'opencode says nothing',
      { opencode: found({ path: '/x', fit: undefined }) },
      'opencode',
      'unknown',
      true,
      /does not tell its version/,
    ],
    [
      'opencode is another one',
      { opencode: found({ path: '/x', version: '1.20.0', fit: 'other' }) },
      'opencode',
      'warning',
      true,
      /1\.20\.0/,
      /1\.18\.33/,
    ],
    ['opencode cannot work', { opencode: found({ path: '/x', version: '2.0.0', fit: 'wrong' }) }, 'opencode', 'missing', false, /2\.0\.0/],
    ['no server runs', { server: absent }, 'server', 'unknown', true, /^not running$/, /--server/],
    [
      'the server failed',
      { server: { kind: 'absent', why: 'bad configuration' } },
      'server',
      'missing',
      false,
      /^bad configuration$/,
      /Show Log/,
    ],
    [
      'the other server is gone',
      { server: absent, isServerExternal: true },
      'server',
      'missing',
      false,
      /nothing answers/,
      /work\.server\.url/,
    ],
    [
      'the server has no tools',
      { server: found({ url: 'http://x', version: '1.18.33', fit: 'tested', hasTools: false }) },
      ...(['server', 'warning', true, /without the task tools/, /work update/] as const),
    ],
    [
      'an agent has one model less',
      { agents: found([{ agent: 'ada', known: 1, unknown: ['a/b'] }]) },
      'models ada',
      'warning',
      true,
      /a\/b/,
      /agents\.yaml/,
    ],
    ['an agent has no model', { agents: found([{ agent: 'ada', known: 0, unknown: ['a/b'] }]) }, 'models ada', 'missing', false, /a\/b/],
    ['an agent names none', { agents: found([{ agent: 'ada', known: 0, unknown: [] }]) }, 'models ada', 'missing', false, /it has none/],
    ['there is no agents file', { agents: absent }, 'models', 'ok', true, /default model/],
    ['nobody can ask for models', { agents: unknown('only a running server knows them') }, 'models', 'unknown', true, /running server/],
    ['there is no ripgrep', { ripgrep: absent }, 'ripgrep', 'warning', true, /not found/, /Install ripgrep/],
    ['openspec is not needed', openspec(false), 'openspec', 'unused', true, /nothing here uses it/],
    ['openspec would be used', openspec(true), 'openspec', 'warning', true, /not found/, /npm install -g/],
    [
      'mail does not answer',
      { agentMail: found({ url: 'http://m', answers: false }) },
      'agentMail',
      'warning',
      true,
      /nothing answers on http:\/\/m/,
    ],
    [
      'the disk is nearly full',
      { disk: found({ folder: '/w', free: gigabyte }) },
      'disk',
      'warning',
      true,
      /^1 GB free for \/w$/,
      /Clean Merged/,
    ],
    ['the disk is full', { disk: found({ folder: '/w', free: 1024 }) }, 'disk', 'missing', false, /^1 KB free/],
    ['git was not told of worktrees', { excluded: found(false) }, 'excluded', 'warning', true, /not told/],
    ['worktrees are elsewhere', { excluded: absent }, 'excluded', 'ok', true, /outside/],
    ['there is no plan', { work: absent }, 'work', 'missing', true, /no plan/, /work create/],
    ['work cannot be written', { work: found({ folder: '/r/work', writable: false }) }, 'work', 'missing', false, /cannot be written/],
    [
      'somebody drives',
      { driver: found({ pid: 7, host: 'box', since: '2026-01-01T00:00:00.000Z', program: 'work' }) },
      ...(['driver', 'warning', true, /^work \(process 7 on box, since 2026/, /Take Over/] as const),
    ],
    ['somebody without a name drives', { driver: found(undefined) }, 'driver', 'warning', true, /did not leave its name/],
    [
      'a lock is held',
      { locks: found([{ path: 'work/index.json.lock', age: 2000 }]) },
      'locks',
      'warning',
      true,
      /index\.json\.lock \(last touched 2s ago\)/,
      /^Wait/,
    ],
    ['a lock was left', { locks: found([{ path: 'a.lock', age: 90_000 }]) }, 'locks', 'warning', true, /1m 30s/, /delete a\.lock/],
  ];
  for (const [when, change, id, state, fit, detail, fix] of cases) {
    it(`says ${state} where ${when}, and that ${fit ? 'agents can be run' : 'something is missing'}`, () => {
      const one = item(change, id);
      assert.equal(one.state, state);
      assert.match(one.detail, detail);
      if (fix) assert.match(one.fix ?? '', fix);
      assert.equal(isFit(report(change)), fit);
    });
  }

  it('finds nothing wrong where nothing is, but for programs that nothing uses', () => {
    const bad = report().filter(({ state }) => state !== 'ok');
    assert.deepEqual(
      bad.map(({ id, state }) => `${id} ${state}`),
      ['openspec unused', 'bd unused', 'bv unused'],
    );
  });

  it('says what each thing is for, and of everything that is missing and needed what to do', () => {
    for (const [, change] of cases) {
      for (const { id, need, state, isNeeded, fix = '' } of report(change)) {
        assert.match(need, /\.$/, id);
        if (state === 'missing' && isNeeded) assert.match(fix, /\.$/, id);
      }
    }
  });
});

describe('setupText', () => {
  it('names the lines that can be acted on, and keeps foreign words on one line', () => {
    const { text, actions } = setupText(report({ opencode: { kind: 'absent', why: 'gone\nok  git: all fine\u001b[2J' } }), untranslated);
    const lines = text.split('\n');
    assert.equal(lines[0], 'Something that is needed is missing.');
    assert.deepEqual(
      actions.map(({ line, action }) => [action, lines[line - 1]]),
      [['opencodePath', 'missing  opencode: gone ok git: all fine']],
    );
    assert.ok(lines.includes('         Agents run in it.'));
  });

  it('gives no advice about what nothing here uses', () => {
    const lines = setupText(report(), untranslated).text.split('\n');
    const at = lines.indexOf('unused   openspec: not found, and nothing here uses it');
    assert.match(lines[at + 1] ?? '', /^\w+ +\w+: /);
  });
});
