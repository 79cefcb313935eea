import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatJournalLine, parseJournalLine } from '../../../../src/domain/journal/journalLine';
import { anyNewEvent, placed } from '../../../support/journalEvents';

describe('journal lines', () => {
  it('bring every event back as it was', () => {
    fc.assert(
      fc.property(anyNewEvent, event => {
        const line = formatJournalLine(placed(event));
        assert.match(line, /^[^\n]+\n$/);
        assert.deepEqual(parseJournalLine(line.trimEnd()), { kind: 'event', event: placed(event) });
      }),
    );
  });

  const known = { v: 1, seq: 3, at: '', epoch: 1, kind: 'stage.approved', stage: '01', by: 'user' };
  it('keep the place of a kind, version or property that is not known', () => {
    const changes: readonly Partial<Record<'kind' | 'v' | 'colour', unknown>>[] = [{ kind: 'stage.painted' }, { v: 2 }, { colour: 'red' }];
    for (const change of changes) {
      assert.deepEqual(parseJournalLine(JSON.stringify({ ...known, ...change })), {
        kind: 'unknown',
        seq: 3,
        event: change.kind ?? known.kind,
      });
    }
  });

  it('are unreadable when they are not ours', () => {
    for (const text of [
      '',
      '{',
      '\0\0\0',
      'null',
      '[]',
      '"x"',
      '{"seq":"3","kind":"x"}',
      '{"seq":0,"kind":"x"}',
      JSON.stringify(known).slice(1),
    ]) {
      assert.deepEqual(parseJournalLine(text), { kind: 'unreadable' });
    }
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => ['event', 'unknown', 'unreadable'].includes(parseJournalLine(text).kind)),
    );
  });
});
