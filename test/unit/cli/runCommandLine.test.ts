import assert from 'node:assert/strict';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { commands } from '../../../src/cli/commands';
import { toJson } from '../../../src/cli/commandLine';
import { terminalIo } from '../../support/terminalIo';

describe('runCommandLine', () => {
  const cases: readonly [readonly string[], number, RegExp][] = [
    [[], 2, /^Usage: work <command> \[options\]\n/],
    [['--help'], 0, /^Usage: work <command> \[options\]\n/],
    [['help'], 0, /^Usage: work <command> \[options\]\n/],
    [['help', 'multi'], 0, /^Usage: work multi \(--batch/],
    [['nope'], 2, /^work: unknown command "nope"\. See work --help\n$/],
    [['help', 'nope'], 2, /^work: unknown command "nope"\. See work --help\n$/],
    [['tree', '--nope'], 2, /^work tree: Unknown option '--nope'\nUsage: work tree \[--json\]\n$/],
    [['multi', '--batch'], 2, /^work multi: Option '-b, --batch <value>' argument missing\nUsage: /],
    [['multi'], 2, /^work multi: --batch, --stage or --continue is required, and only one of them\n/],
    [['create', '--name', 'x', '--stages', 'two'], 2, /^work create: --stages needs a number, got "two"\n/],
    [['create', '--name', 'x', '--stages', '21'], 2, /^work create: --stages must be between 1 and 20, got 21\n/],
    [['serve', '--no-server'], 2, /^work serve: Unknown option '--no-server'\n/],
    [['approve', 'stage', 'one'], 2, /^work approve: say what: work approve plan, work approve tasks, or work approve stage 1\n/],
  ];
  for (const [argv, code, text] of cases) {
    it(`work ${argv.join(' ')} exits with ${code}`, async () => {
      const io = terminalIo({ cwd: '/' });
      assert.equal(await runCommandLine(argv, io), code);
      assert.match(io.printed(), text);
    });
  }

  it('explains every command in one usage line and one sentence', async () => {
    for (const { name, summary } of commands) {
      const io = terminalIo({ cwd: '/' });
      assert.equal(await runCommandLine([name, '-h'], io), 0);
      assert.ok(io.printed().startsWith(`Usage: work ${name}`));
      assert.ok(io.printed().includes(`\n\n${summary}.\n`));
    }
  });

  it('names every option, short forms too, where help is asked for', async () => {
    for (const { name, options } of commands) {
      const io = terminalIo({ cwd: '/' });
      await runCommandLine([name, '--help'], io);
      for (const option of Object.keys(options)) assert.match(io.printed(), new RegExp(`--${option}\\b`), `${name} --${option}`);
    }
    const io = terminalIo({ cwd: '/' });
    await runCommandLine(['multi', '--help'], io);
    for (const short of ['-b', '-c', '-s', '-p']) assert.match(io.printed(), new RegExp(`[,|] ?${short}\\b`));
    assert.match(io.printed(), /^ {2}--run-anyway +although the stage before is not approved$/m);
  });

  it('an interruption is 130 and no error', async () => {
    const interruption = new AbortController();
    interruption.abort();
    const io = terminalIo({ cwd: '/nowhere/at/all', signal: interruption.signal });
    assert.equal(await runCommandLine(['tree'], io), 130);
    assert.equal(io.printed(), '');
  });
});

describe('toJson', () => {
  it('is the same data, with nothing in it that a terminal obeys', () => {
    const value = { name: 'a\u001b[2J\u009b1m\u202eb\u2028' };
    const text = toJson(value);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
  });
});
