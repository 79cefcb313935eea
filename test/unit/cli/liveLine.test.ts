import assert from 'node:assert/strict';
import { LiveLine } from '../../../src/cli/liveLine';
import { terminalRows } from '../../support/terminalScreen';

function screen(isTerminal = true, columns = 20) {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const line = new LiveLine({ isTerminal, columns: () => columns, write });
  const print = (text: string) => line.above(() => write(`${text}\n`));
  return { line, print, rows: () => terminalRows(asTerminalsGetIt(written), columns), written: () => written };
}

/** The terminal's driver puts a return before every newline. */
const asTerminalsGetIt = (text: string) => text.replaceAll('\n', '\r\n');

describe('The live row of a terminal', () => {
  it('stays below everything that is printed', () => {
    const { line, print, rows } = screen();
    line.set('1 running');
    print('one');
    line.set('2 running');
    print('two');
    assert.deepEqual(rows(), ['one', 'two', '2 running']);
  });

  it('is gone when it is empty, and what follows begins on a fresh row', () => {
    const { line, print, rows } = screen();
    line.set('1 running');
    print('one');
    line.set('');
    print('two');
    assert.deepEqual(rows(), ['one', 'two']);
  });

  it('never wraps, because a wrapped row could not be taken away', () => {
    const { line, print, rows } = screen(true, 10);
    line.set('3 running: 01.01.01');
    print('one');
    assert.deepEqual(rows(), ['one', '3 runnin…']);
  });

  it('makes room while something is asked, and comes back', async () => {
    const { line, print, rows, written } = screen();
    line.set('1 running');
    await line.without(async () => {
      assert.deepEqual(rows(), []);
      print('Allow? y');
      line.set('2 running');
      return Promise.resolve();
    });
    assert.deepEqual(rows(), ['Allow? y', '2 running']);
    assert.ok(!written().includes('1 running2'));
  });

  it('is not there where nobody watches', () => {
    const { line, print, written } = screen(false);
    line.set('1 running');
    print('one');
    line.set('');
    assert.equal(written(), 'one\n');
  });
});
