import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { processIo } from '../../../src/cli/processIo';
import { terminalRows } from '../../support/terminalScreen';
import { waitFor } from '../../support/waitFor';

function program(isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stdout = Object.assign(new PassThrough(), { isTTY, columns: 40 });
  const stderr = new PassThrough();
  const interruption = new AbortController();
  let out = '';
  let err = '';
  stdout.on('data', (data: Buffer) => (out += data.toString()));
  stderr.on('data', (data: Buffer) => (err += data.toString()));
  const io = processIo({ cwd: () => '/', env: {}, stdin, stdout, stderr }, interruption.signal, () => interruption.abort());
  return { io, stdin, interruption, out: () => out, err: () => err };
}

describe('The streams of the work command', () => {
  it('lets no name from a plan move the cursor', () => {
    for (const isTTY of [true, false]) {
      const { io, out, err } = program(isTTY);
      io.out('evil \u001b[2J\u001b]0;title\u0007name\r\n');
      io.err('also \u009b31mred\u202e\n');
      assert.deepEqual([out(), err()], ['evil name\n', 'also red\n']);
    }
  });

  it('keeps the live row below output, warnings and the log', () => {
    const { io, out, err } = program(true);
    io.status('1 thread running: 01.01.01');
    io.out('one\n');
    io.logger.warn('look out');
    assert.equal(err(), 'warn: look out\n');
    assert.deepEqual(terminalRows(out().replaceAll('\n', '\r\n'), 40), ['one', '1 thread running: 01.01.01']);
  });

  it('has nobody to ask where there is no terminal', async () => {
    assert.equal(await program(false).io.ask('Sure? '), undefined);
  });

  it('asks on a terminal and gives the line that is typed', async () => {
    const { io, stdin, out } = program(true);
    io.status('1 thread running');
    const answer = io.ask('Sure? ');
    await waitFor('the question', () => out().includes('Sure? '));
    stdin.write('yes\n');
    assert.equal(await answer, 'yes');
  });

  it('asks again below what is printed meanwhile', async () => {
    const { io, stdin, out } = program(true);
    const answer = io.ask('Sure? ');
    await waitFor('the question', () => out().includes('Sure? '));
    io.out('something happened\n');
    await waitFor('the question again', () => out().indexOf('something happened\n') < out().lastIndexOf('Sure? '));
    stdin.write('no\n');
    assert.equal(await answer, 'no');
  });

  it('gives up asking when the program is interrupted, or its input ends', async () => {
    const first = program(true);
    const interrupted = assert.rejects(first.io.ask('Sure? '), { name: 'AbortError' });
    first.interruption.abort();
    await interrupted;
    const second = program(true);
    const ended = second.io.ask('Sure? ');
    second.stdin.end();
    assert.equal(await ended, undefined);
  });
});
