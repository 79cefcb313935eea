import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PopulatedThread } from '../../../src/domain/population/populationAnswer';
import { journalFile, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { readJournal } from '../../../src/runtime/journal/readJournal';
import { projectRoot } from '../../support/projectRoot';
import { RunHarness, streamId, type Project } from '../../support/runHarness';
import { runWorkHere } from '../cli/workProcess';

const threads = ['01.01.01', '01.01.02', '01.02.01', '02.01.01', '02.01.02', '02.01.03'];
const planFile = `work/${streamId}/PLAN.md`;
/** Names a thread in what is asked for, and nowhere else in the prompt. */
const asked = (id: string) => `- ${id} T`;
const again = 'Your answer cannot be used';
const corrected = 'Your draft cannot be used';

const found = (id: string): PopulatedThread => ({
  id,
  description: `About ${id}.`,
  files: [`src/${id}.ts`],
  approach: `Write ${id}.`,
  doneWhen: [`${id} is green`],
  dependsOn: [],
});
const answer = (ids: readonly string[], ...before: readonly string[]) =>
  [...before, '[[say', 'Read it.', '```json', JSON.stringify({ threads: ids.map(found) }), '```', ']]'].join('\n');

describe('An agent that only reads', function () {
  this.timeout(300_000);
  let harness: RunHarness;
  before(async () => (harness = await RunHarness.start(4901)));
  after(() => harness.dispose());

  describe('and populates a plan', () => {
    const priced = 'agents:\n  - name: default\n    description: d\n    best_for: b\n    models: [lab/priced]\n';
    const project = () =>
      harness.project({
        threads: threads.map(id => `${id} T`),
        tasks: { '01.01.01.01': 'pending' },
        files: { 'work/agents.yaml': priced },
      });
    const propose = ({ repository }: Project, ids: readonly string[]) =>
      repository.populations.propose({ stream: streamId, threads: ids }, new AbortController().signal);

    it('asks one agent for each of its stages, at the same time, which can only read; the plan changes when a person says so', async () => {
      const first = threads.slice(0, 3);
      const second = threads.slice(3);
      harness.model.replaceScripts([
        { label: asked('01.01.01'), directives: answer(first, '[[barrier 2]]', '[[usage input=1000 output=0]]', '[[write src/x.ts|no]]') },
        { label: asked('02.01.01'), directives: answer(second.slice(1), '[[barrier 2]]', '[[usage input=1000 output=0]]') },
        { label: again, directives: answer(second) },
      ]);
      const place = await project();
      const before = await place.read(planFile);
      const proposal = await propose(place, threads);
      assert.deepEqual([proposal.threads, proposal.problems], [threads, []]);
      assert.equal(await place.read(planFile), before);

      const requests = harness.model.requests.filter(({ tools }) => tools.length > 0);
      assert.deepEqual([...new Set(requests.flatMap(({ tools }) => tools))].sort(), ['glob', 'grep', 'read']);
      assert.equal(new Set(requests.map(({ session }) => session)).size, 2);
      const corrections = requests.filter(({ prompt }) => prompt.includes(again));
      assert.equal(new Set(corrections.map(({ session }) => session)).size, 1);
      assert.match(corrections[0]?.prompt ?? '', /- thread 02\.01\.01 is missing/);
      assert.equal((await place.git('status', '--porcelain')).includes('src'), false);

      const talks = (await readJournal(journalFile(journalFolder(path.join(place.root, '.git'), streamId)))).events.flatMap(event =>
        event.kind === 'plan.populated' ? [event] : [],
      );
      assert.deepEqual(talks.map(({ phase, threads: its, found }) => [phase, its, found]).sort(), [
        ['01', first, first],
        ['02', second, second],
      ]);
      const cost = talks.reduce((sum, each) => sum + (each.cost ?? 0), 0);
      assert.ok(
        talks.every(each => (each.cost ?? 0) > 0),
        JSON.stringify(talks),
      );
      const shown = await place.read(path.relative(place.root, await place.repository.reports.writeStageReport(streamId, '02')));
      assert.ok(shown.includes(`| Cost | $${(talks.find(({ phase }) => phase === '02')?.cost ?? 0).toFixed(2)} |`), shown);
      const limited = harness.runtime({ 'work.budget.costPerWorkstream': cost / 2 }).repository(place.root);
      await assert.rejects(limited.populations.propose({ stream: streamId, threads }, new AbortController().signal), { reason: 'budget' });

      await place.repository.populations.apply(streamId, proposal);
      const { stages } = await place.snapshot();
      const details = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(thread => thread.details)));
      assert.deepEqual(
        details.map((text, index) => [
          text.startsWith('All of it.'),
          text.includes(`\`src/${threads[index]}.ts\``),
          text.includes('is green'),
        ]),
        threads.map(() => [true, true, true]),
      );
      assert.deepEqual(await place.repository.populations.thin(streamId), []);
    });

    it('leaves a thread as it is whose agent answers wrongly twice, and says so; the command line writes the rest', async () => {
      harness.model.replaceScripts([
        { label: asked('01.01.01'), directives: answer(['01.01.01']) },
        { label: again, directives: '[[say I cannot.]]' },
      ]);
      const place = await project();
      const before = await place.read(planFile);
      const work = (...args: readonly string[]) => runWorkHere(args, place.root, harness.programEnvironment);
      const failed = await work('populate', '--stage', '1', '--yes');
      assert.deepEqual([failed.code, failed.out], [1, 'one agent: 01.01.01 T, 01.01.02 T, 01.02.01 T\n']);
      assert.match(failed.err, /^01\.01\.01, 01\.01\.02, 01\.02\.01: its agent’s answer cannot be used, also when it was asked again: /m);
      assert.equal(await place.read(planFile), before);

      harness.model.replaceScripts([{ label: asked('02.01.01'), directives: answer(threads.slice(3)) }]);
      const shown = await work('populate', '--stage', '2');
      assert.equal(shown.code, 0);
      assert.match(shown.out, /^\+ \*\*Files:\*\* `src\/02\.01\.03\.ts`$/m);
      assert.match(shown.out, /Write it later with: work populate --apply/);
      assert.equal(await place.read(planFile), before);

      await writeFile(path.join(place.root, ...planFile.split('/')), `${before}\n`);
      const changed = await work('populate', '--apply');
      assert.equal(changed.code, 1);
      assert.match(changed.err, /PLAN\.md was changed since the agents looked at it/);
      await writeFile(path.join(place.root, ...planFile.split('/')), before);
      assert.deepEqual(await work('populate', '--apply'), { code: 0, out: '3 threads populated.\n', err: '' });
      assert.match(await place.read(planFile), /\*\*Done when:\*\*\n\n- 02\.01\.02 is green\n/);
      assert.deepEqual((await work('populate', '--stage', '2')).out.split(':')[0], 'Nothing to populate');
      assert.equal((await work('populate', '--stage', '9')).code, 1);
    });
  });

  describe('and drafts a change', () => {
    const spec = (verb: string) =>
      `## ADDED Requirements\n\n### Requirement: Search\nThe index ${verb} find every word.\n\n#### Scenario: A word\n- **WHEN** a word is asked for\n- **THEN** its pages are listed\n`;
    const draft = (id: string, verb = 'SHALL') => ({
      id,
      proposal: '## Why\nNobody finds anything.\n\n## What Changes\n- Search\n\n## Impact\n- search',
      tasks: '## 1. Index\n\n- [ ] 1.1 Build the index\n- [ ] 1.2 Test it\n',
      specs: [{ capability: 'search', text: spec(verb) }],
    });
    const saying = (value: unknown) => ['[[say', '```json', JSON.stringify(value), '```', ']]'].join('\n');
    const programs = path.join(projectRoot(), 'node_modules', '.bin');

    it('gets it back until openspec takes it; it is written when a person says so, whole, and over nothing', async () => {
      harness.model.replaceScripts([
        { label: 'What is wanted', directives: saying(draft('add search')) },
        { label: corrected, directives: saying(draft('add-search', 'will')) },
        { label: corrected, directives: saying(draft('add-search')) },
      ]);
      const place = await harness.project({ files: { 'openspec/config.yaml': 'schema: spec-driven\n' } });
      const environment = { ...harness.programEnvironment, PATH: [programs, process.env.PATH].join(path.delimiter) };
      const work = (...args: readonly string[]) => runWorkHere(args, place.root, environment);
      const untouched = await place.git('status', '--porcelain');

      const shown = await work('draft', 'Search in', 'all pages');
      assert.equal(shown.code, 0, shown.err);
      assert.match(shown.out, /openspec validate --strict: valid/);
      assert.match(shown.out, /Nothing was written\.\n$/);
      assert.equal(await place.git('status', '--porcelain'), untouched);
      const requests = harness.model.requests.filter(({ tools }) => tools.length > 0).slice(-3);
      assert.deepEqual(
        requests.map(({ prompt }) => [prompt.includes('Search in all pages'), prompt.includes(corrected)]),
        [
          [true, false],
          [false, true],
          [false, true],
        ],
      );
      assert.match(requests[1]?.prompt ?? '', /id: words in lower case with dashes between them/);
      assert.match(requests[2]?.prompt ?? '', /SHALL or MUST/);

      harness.model.replaceScripts([{ label: 'What is wanted', directives: saying(draft('add-search')) }]);
      const written = await work('draft', 'Search', '--yes');
      assert.equal(written.code, 0, written.err);
      assert.match(written.out, /work import openspec\/changes\/add-search\n$/);
      assert.equal(await place.read('openspec/changes/add-search/specs/search/spec.md'), spec('SHALL'));
      assert.deepEqual(await readdir(path.join(place.root, 'openspec')), ['changes', 'config.yaml']);

      harness.model.replaceScripts(['What is wanted', corrected].map(label => ({ label, directives: saying(draft('add-search')) })));
      const taken = await work('draft', 'Search', '--yes');
      assert.equal(taken.code, 1);
      assert.match(taken.err, /there is a change "add-search" already: choose another id/);
      assert.equal((await work('draft')).code, 2);
    });
  });
});
