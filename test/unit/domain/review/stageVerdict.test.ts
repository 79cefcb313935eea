import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldJournal } from '../../../../src/domain/journal/reduce';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import { parseVerdict, reviewOf } from '../../../../src/domain/review/stageVerdict';
import { placed } from '../../../support/journalEvents';

describe('The verdict of a review', () => {
  const table: readonly (readonly [string, string, string, string])[] = [
    ['the exact last line', 'Good.\n\nVerdict: approve', 'approve', 'Good.'],
    ['the other one', 'src/a.ts:3 is wrong.\nVerdict: changes\n', 'changes', 'src/a.ts:3 is wrong.'],
    ['lines that end as on Windows', 'Good.\r\nVerdict: approve\r\n', 'approve', 'Good.'],
    ['nothing else', 'Verdict: approve', 'approve', ''],
    ['no answer', '', 'none', ''],
    ['another word', 'Verdict: approved', 'none', 'Verdict: approved'],
    ['a word behind it', 'Verdict: approve?', 'none', 'Verdict: approve?'],
    ['other letters', 'verdict: approve', 'none', 'verdict: approve'],
    ['marks around it', '**Verdict: approve**', 'none', '**Verdict: approve**'],
    ['an indented line', '  Verdict: approve', 'none', 'Verdict: approve'],
    ['more words after it', 'Verdict: approve\nBut look at a.ts.', 'none', 'Verdict: approve\nBut look at a.ts.'],
    ['two of them', 'Verdict: changes\nVerdict: approve', 'none', 'Verdict: changes\nVerdict: approve'],
    ['one that is quoted', '> Verdict: approve\nVerdict: changes', 'none', '> Verdict: approve\nVerdict: changes'],
    ['a sentence', 'I would say Verdict: approve', 'none', 'I would say Verdict: approve'],
    ['control characters', 'Bad\u001b[2J.\nVerdict: changes', 'changes', 'Bad.'],
  ];
  for (const [what, said, verdict, text] of table) {
    it(`of ${what} is ${verdict}`, () => assert.deepEqual(parseVerdict(said), { verdict, text }));
  }

  it('approves only with the exact line at the end, whatever else is said', () => {
    const piece = fc.constantFrom('Verdict', ': ', 'approve', 'changes', '\n', '\r\n', ' ', '*', '> ', 'verdict', '!', 'ok');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const said = pieces.join('');
        const lines = said.trimEnd().split(/\r?\n/);
        const isExact = lines.at(-1) === 'Verdict: approve' && !lines.slice(0, -1).some(line => /^[\s>*]*verdict\b/i.test(line));
        assert.equal(parseVerdict(said).verdict === 'approve', isExact, JSON.stringify(said));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('The review that holds for a stage', () => {
  const reviewed = (stage: string, verdict: 'approve' | 'changes'): NewJournalEvent => ({
    ...{ kind: 'stage.reviewed', stage, tip: 't', agent: 'critic', verdict, text: '' },
  });
  const landed = (thread: string): NewJournalEvent => ({ kind: 'merge.landed', thread, commit: 'c', before: 'b', branch: 'work/x' });
  const verdictAfter = (stage: string, ...events: readonly NewJournalEvent[]) =>
    reviewOf(stage, foldJournal(events.map((event, index) => placed(event, index + 1))).reviews)?.verdict;

  it('is the last one', () => assert.equal(verdictAfter('01', reviewed('01', 'approve'), reviewed('01', 'changes')), 'changes'));
  it('is none once more of the stage has landed', () => assert.equal(verdictAfter('01', reviewed('01', 'approve'), landed('01.02.01')), undefined)); // prettier-ignore
  it('stays while another stage goes on', () => assert.equal(verdictAfter('01', reviewed('01', 'approve'), landed('02.01.01')), 'approve'));
});
