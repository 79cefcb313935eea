import assert from 'node:assert/strict';
import { ThreadPty } from '../../../src/views/terminals/threadPty';
import type { TranscriptEntry } from '../../../src/runtime/transcript/transcriptEntry';
import { FakeTranscript } from '../../support/fakeTranscript';
import { terminalRows } from '../../support/terminalScreen';
import { plainWords } from '../../support/terminalWords';
import { waitFor } from '../../support/waitFor';

const text = (delta: string, partId = 'p1'): TranscriptEntry => ({ type: 'text', messageId: 'm1', partId, delta });

describe('A thread’s terminal', () => {
  let pty: ThreadPty | undefined;
  afterEach(() => pty?.close());

  const open = (transcript: FakeTranscript, scrollback = 1000) => {
    let written = '';
    pty = new ThreadPty('○ 01.01.01 Router', transcript, plainWords, () => scrollback);
    pty.onDidWrite(piece => (written += piece));
    pty.open({ columns: 40, rows: 20 });
    const rows = () => terminalRows(written, 40);
    return {
      type: (data: string) => pty?.handleInput(data),
      rows,
      sees: (...expected: string[]) =>
        waitFor(expected.join(' / '), () => rows().join('\n').includes(expected.join('\n')), { describe: rows }),
    };
  };

  it('was not shown as long as it has no size, or only the one of a terminal in the background', () => {
    pty = new ThreadPty('○ 01.01.01 Router', new FakeTranscript(), plainWords, () => 10);
    const shown = (change: () => void) => {
      change();
      return pty?.wasShown;
    };
    assert.equal(
      shown(() => pty?.open(undefined)),
      false,
    );
    assert.equal(
      shown(() => pty?.setDimensions({ columns: 80, rows: 30 })),
      false,
    );
    assert.equal(
      shown(() => pty?.setDimensions({ columns: 80, rows: 14 })),
      true,
    );
    assert.equal(
      shown(() => pty?.setDimensions({ columns: 80, rows: 30 })),
      true,
    );
  });

  it('begins with what was said before, and goes on as text streams', async () => {
    const transcript = new FakeTranscript();
    transcript.append(text('Hello '));
    const { sees } = open(transcript);
    await sees('● agent', 'Hello');
    transcript.append(text('world'));
    await sees('● agent', 'Hello world');
  });

  it('writes text once that arrives while the history is read', async () => {
    const transcript = new FakeTranscript();
    transcript.append(text('Hello wor'));
    const { sees, rows } = open(transcript);
    transcript.announce(text('wor'));
    transcript.announce(text('ld'));
    await sees('Hello world');
    assert.equal(rows().join('').match(/world/g)?.length, 1);
  });

  it('draws everything anew after the events were interrupted', async () => {
    const transcript = new FakeTranscript();
    transcript.append(text('one'));
    const { sees, rows } = open(transcript);
    await sees('one');
    transcript.entries.push(text(' two'));
    transcript.announce({ type: 'resynced' });
    await sees('one two');
    assert.equal(rows().filter(row => row === '● agent').length, 1);
  });

  it('sends what is typed, and says why when it cannot', async () => {
    const transcript = new FakeTranscript();
    const { type, sees } = open(transcript);
    type('\u001b[200~use\rtabs\u001b[201~');
    await sees('❯ use⏎tabs');
    type('\r');
    await waitFor('the message', () => transcript.sent.length === 1);
    assert.deepEqual(transcript.sent, ['use\ntabs']);
    transcript.refusal = 'the thread has ended';
    type('more\r');
    await sees('Not sent: the thread has ended', '❯ more');
  });

  it('aborts on Ctrl+C', async () => {
    const transcript = new FakeTranscript();
    open(transcript).type('\u0003');
    await waitFor('the abort', () => transcript.aborts === 1);
  });

  it('listens no longer once it is closed', async () => {
    const transcript = new FakeTranscript();
    const { sees } = open(transcript);
    transcript.append(text('hi'));
    await sees('hi');
    pty?.close();
    assert.equal(transcript.listeners, 0);
  });
});
