import assert from 'node:assert/strict';
import { Screen } from '../../../../src/views/terminals/screen';
import { withoutOverlap } from '../../../../src/views/terminals/overlap';
import type { TranscriptEntry } from '../../../../src/runtime/transcript/transcriptEntry';
import { terminalRows } from '../../../support/terminalScreen';
import { plainWords } from '../../../support/terminalWords';

const text = (delta: string): TranscriptEntry => ({ type: 'text', messageId: 'm1', partId: 'p1', delta });

/** A terminal of 40 columns that remembers what was written to it. */
function terminal() {
  const screen = new Screen(40, plainWords);
  let written = '';
  return {
    append: (entry: TranscriptEntry) => void (written += screen.append(entry)),
    replay: (entries: readonly TranscriptEntry[], limit: number) => void (written += screen.replay(entries, limit)),
    restore: (message: string) => void (written += screen.restore(message)),
    type: (data: string) => {
      const { output, actions } = screen.input(data);
      written += output;
      return actions;
    },
    rows: () => terminalRows(written, 40),
  };
}

describe('Screen', () => {
  it('keeps the typed line below what streams, whole rows at a time', () => {
    const { append, type, rows } = terminal();
    append(text('Working'));
    type('wait');
    append(text(' on it\nand'));
    assert.deepEqual(rows(), ['', '● agent', 'Working', ' on it', '❯ wait']);
    type('\r');
    append(text(' more'));
    assert.deepEqual(rows(), ['', '● agent', 'Working', ' on it', 'and more']);
  });

  it('echoes backspace and shows the end of a line that is too long', () => {
    const { type, rows } = terminal();
    type('abc\u007f');
    assert.deepEqual(rows(), ['❯ ab']);
    type('x'.repeat(60));
    assert.deepEqual(rows(), [`❯ …${'x'.repeat(36)}`]);
  });

  it('hands over a message and shows it again when it could not be sent', () => {
    const { type, restore, rows } = terminal();
    assert.deepEqual(type('hello\r'), [{ type: 'send', text: 'hello' }]);
    assert.deepEqual(rows(), []);
    restore('hello');
    assert.deepEqual(rows(), ['❯ hello']);
  });

  it('writes only as many rows of the history as the terminal keeps', () => {
    const { replay, rows } = terminal();
    const entries = Array.from({ length: 50 }, (_, index): TranscriptEntry => ({ type: 'notice', severity: 'info', text: `row ${index}` }));
    replay(entries, 11);
    assert.deepEqual(
      rows(),
      Array.from({ length: 10 }, (_, index) => `row ${index + 40}`),
    );
  });

  it('draws anew on a replay, with the typed line still there', () => {
    const { append, type, replay, rows } = terminal();
    append(text('old'));
    type('draft');
    replay([text('new')], 100);
    assert.deepEqual(rows(), ['', '● agent', 'new', '❯ draft']);
  });
});

describe('withoutOverlap', () => {
  it('drops the streamed text that the history already has', () => {
    const live = withoutOverlap([text('Hello wor')], [text('lo w'), text('orld'), { type: 'resynced' }]);
    assert.deepEqual(live, [text('ld'), { type: 'resynced' }]);
  });

  it('drops the heading of an attempt that the history already has, not that of the next one', () => {
    const attempt = (number: number): TranscriptEntry => ({ type: 'attempt', task: '01.01.01.01', name: 'x', number, agent: 'default' });
    assert.deepEqual(withoutOverlap([attempt(1)], [attempt(1), attempt(2)]), [attempt(2)]);
  });

  it('keeps what the history does not have', () => {
    assert.deepEqual(withoutOverlap([text('Hello')], [text(' world')]), [text(' world')]);
    assert.deepEqual(withoutOverlap([], [text('Hi')]), [text('Hi')]);
  });
});
