import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import type { ReportInput } from '../../../../src/domain/reports/reportInput';
import { runTimelines } from '../../../../src/domain/reports/runTimeline';
import { pageContent } from '../../../../src/views/reports/pageContent';
import { checkedMessage } from '../../../../src/views/reports/pageMessages';
import type { PageView } from '../../../../src/views/reports/pageView';
import { placed } from '../../../support/journalEvents';
import { largeReport } from '../../../support/largeReport';
import { attempt, sketchStage } from '../../../support/reportTree';

const generatedAt = '2026-01-20T21:30:00.000Z';
const thread = '01.01.01';
const task = '01.01.01.01';
const hostile = '<script>run()</script>" onclick="run()';

function reportOf(word: string): ReportInput {
  const own = attempt(`${task}#1`, {
    run: 'r',
    task,
    thread,
    agent: word,
    session: 's',
    worktree: '/w',
    outcome: 'completed',
    commit: 'a'.repeat(40),
    reason: word,
    finishedAt: '2026-01-20T21:05:00.000Z',
  });
  const result = { command: word, exitCode: 1, timedOut: false, duration: 1000, output: 'logs/x', tail: word };
  const subject = sketchStage(1, {
    name: word,
    batches: [
      {
        name: word,
        threads: [
          {
            name: word,
            tasks: [{ name: word, status: 'blocked', report: word, attempts: [own] }],
            merge: { state: 'rejected', commit: 'c'.repeat(40), reason: word, at: generatedAt },
            validations: [{ commit: 'c'.repeat(40), threads: [thread], commands: [result], at: generatedAt }],
            returns: [{ run: 'r', thread, task, attempt: own.id, number: 1, reason: word, at: generatedAt }],
          },
        ],
      },
    ],
  });
  const events = [
    {
      ...placed({ kind: 'run.started', run: 'r', batch: '01.01', threads: [thread], isolation: 'task', base: 'b', branch: null }),
      at: own.startedAt,
    },
    placed({ kind: 'thread.started', run: 'r', thread }),
    placed({ kind: 'merge.conflicted', thread, files: [word], ours: 'o', theirs: 't' }),
    placed({ kind: 'stage.reviewed', stage: '01', tip: 't', agent: word, verdict: 'changes', text: word }),
    placed({ kind: 'merge.rejected', thread, commit: 'c', reason: word }),
  ];
  return {
    subject,
    generatedAt,
    definition: word,
    files: [{ path: `src/${word}`, change: 'added', additions: 1, deletions: 0, task }],
    events,
  };
}

const viewOf = (report: ReportInput, change: Partial<PageView> = {}): PageView => ({
  report,
  stream: { id: '001-x', name: 'x' },
  timelines: runTimelines(report.subject, report.events ?? []),
  actions: new Set(['approve', 'openMarkdown', 'copy']),
  rowActions: new Set(['session', 'changes', 'worktree']),
  worktrees: new Set(['/w']),
  t: untranslated,
  ...change,
});

describe('The page of a report', () => {
  const page = pageContent(viewOf(reportOf('word')));

  it('says the same for the same report', () => {
    assert.equal(pageContent(viewOf(reportOf('word'))), page);
  });

  it('shows markup of plans, agents and commands as text, wherever they have a word', () => {
    const markup = pageContent(viewOf(reportOf(hostile)));
    assert.doesNotMatch(markup, /<script| onclick="/);
    const tags = (text: string) => text.match(/<\w+/g)?.length;
    assert.equal(tags(markup), tags(page), 'words make no elements');
    assert.doesNotMatch(markup, / style="/);
  });

  it('links each thread and task to what it has, and to nothing that is gone or not offered', () => {
    assert.match(page, new RegExp(`data-row="session" data-id="${thread}"`));
    assert.match(page, new RegExp(`data-row="worktree" data-id="${task}"`));
    assert.doesNotMatch(pageContent(viewOf(reportOf('word'), { worktrees: new Set() })), /data-row="worktree"/);
    assert.doesNotMatch(pageContent(viewOf(reportOf('word'), { rowActions: new Set() })), /data-row=/);
    assert.match(page, /id="do-approve"/);
    assert.doesNotMatch(pageContent(viewOf(reportOf('word'), { actions: new Set() })), /data-do=/);
  });

  it('says what a review of the stage said, and whose words these are', () => {
    assert.match(
      page,
      /id="review"[\s\S]*review: changes wanted<\/span><\/span>\s*<span>@word<\/span>[\s\S]*<div class="said"><p>word<\/p>/,
    );
  });

  it('draws each run with words for those who do not see it, and the same facts as a table', () => {
    assert.match(page, /<svg class="lane"[^>]*role="img" aria-labelledby="lane-r-0-title lane-r-0-text">/);
    const facts =
      /<desc[^>]*>(.*?)<\/desc>/
        .exec(page)?.[1]
        ?.split('. ')
        .map(fact => fact.replace(/\.$/, '')) ?? [];
    assert.equal(facts.length, 3);
    for (const fact of facts) assert.ok(page.includes(`<td>${fact}</td>`), fact);
  });

  it('names what is in the way of a delivery, and that the stage is approved', () => {
    const { subject, ...rest } = reportOf('word');
    assert.ok(subject.kind === 'stage');
    const delivery = {
      state: 'refused',
      stage: '01',
      action: 'deliver',
      branch: 'main',
      reason: 'It is in the way.',
      files: ['a <b>.txt'],
      at: generatedAt,
    } as const;
    const markup = pageContent(viewOf({ ...rest, subject: { ...subject, status: 'completed', approval: 'approved', delivery } }));
    assert.match(markup, /Needs You[^]*It is in the way\.[^]*<code>a &lt;b&gt;\.txt<\/code>/);
    assert.match(markup, /class="word">not delivered<[^]*class="word">approved</);
  });

  it('shows what waits for a person first', () => {
    assert.ok(page.indexOf('Needs You') > 0 && page.indexOf('Needs You') < page.indexOf('>Summary<'));
  });
});

describe('The page of a stage with sixty tasks', () => {
  const page = pageContent(viewOf(largeReport));
  const open = (markup: string) => [...markup.matchAll(/<details open id="(batch-[\d.]+)"/g)].map(([, id]) => id);

  it('has every task once, and opens only the batches in which something is left to do', () => {
    const tasks = [...page.matchAll(/<li class="task" id="task-([\d.]+)"/g)].map(([, id]) => id);
    assert.deepEqual([tasks.length, new Set(tasks).size], [60, 60]);
    assert.deepEqual(open(page), ['batch-01.02', 'batch-01.04']);
    assert.equal(page.match(/<details\s+id="batch-/g)?.length, 3);
  });

  it('folds the threads that nobody has to look at, each under a heading that says how it stands, and can fold all', () => {
    const threads = [...page.matchAll(/<details\s+(open )?class="thread" id="thread-([\d.]+)">\s*<summary>([^]*?)<\/summary>/g)];
    assert.equal(threads.length, new Set(threads.map(([, , id]) => id)).size);
    const unfolded = threads.flatMap(([, isOpen, id]) => (isOpen === undefined ? [] : [id]));
    assert.ok(unfolded.length > 0 && unfolded.length < threads.length / 2, unfolded.join());
    assert.ok(unfolded.includes('01.02.02') && unfolded.includes('01.04.01'), unfolded.join());
    for (const [, , id, summary = ''] of threads) {
      assert.ok(summary.includes(`>${id}<`) && /<h4>[^]*class="word"[^]*class="count"/.test(summary), summary);
      assert.doesNotMatch(summary, /<button/, 'a heading that folds holds no other button');
    }
    assert.deepEqual([...page.matchAll(/data-folds="(\w+)"/g)].map(([, how]) => how), ['open', 'close']); // prettier-ignore
    assert.doesNotMatch(pageContent(viewOf(reportOf('word'))), /data-folds|<details\s+class="thread"/, 'a short page is open');
  });

  it('shows what waits for a person above everything that is folded', () => {
    const waiting = /<section class="attention"[^]*?<\/section>/.exec(page)?.[0] ?? '';
    assert.match(waiting, /01\.02\.02\.03/);
    assert.match(waiting, /01\.04\.01</);
  });

  it('gives nothing a width of its own, so that a narrow page scrolls down alone', () => {
    assert.doesNotMatch(page, / style="| width="\d{3,}/);
    const tables = page.match(/<table/g)?.length ?? 0;
    const framed = page.match(/<div class="wide"[^>]*>\s*<table/g)?.length ?? 0;
    assert.ok(tables > 12 && tables - framed <= 1, `${framed} of ${tables}: all but the two columns of figures scroll by themselves`);
  });

  it('opens everything of a small stage', () => assert.deepEqual(open(pageContent(viewOf(reportOf('word')))), ['batch-01.01']));
});

describe('A message of a page', () => {
  const report = reportOf('word');
  const allowed: readonly object[] = [
    { type: 'ready' },
    { type: 'report', action: 'approve' },
    { type: 'row', action: 'session', id: thread },
    { type: 'row', action: 'worktree', id: task },
    { type: 'file', path: 'src/word' },
    { type: 'output', file: 'logs/x' },
    { type: 'commit', commit: 'c'.repeat(40) },
    { type: 'commit', commit: 'a'.repeat(40) },
  ];
  for (const message of allowed) {
    it(`is obeyed: ${JSON.stringify(message)}`, () => assert.deepEqual(checkedMessage(message, report), message));
  }
  const refused: readonly unknown[] = [
    undefined,
    'ready',
    { type: 'report', action: 'workbench.action.quit' },
    { type: 'report', action: 'approve', command: 'x' },
    { type: 'row', action: 'session', id: '02.01.01' },
    { type: 'row', action: 'approve', id: thread },
    { type: 'file', path: '../../etc/passwd' },
    { type: 'output', file: '../../../config' },
    { type: 'commit', commit: '--output=x' },
    { type: 'command', command: 'work.stopAll' },
  ];
  for (const message of refused) {
    it(`is not obeyed: ${JSON.stringify(message)}`, () => assert.equal(checkedMessage(message, report), undefined));
  }

  it('is not obeyed before there is a report', () => {
    assert.equal(checkedMessage({ type: 'report', action: 'copy' }, undefined), undefined);
  });
});
