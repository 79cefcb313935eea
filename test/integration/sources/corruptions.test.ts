import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/common/clock';
import { parsePlan } from '../../../src/domain/plan/parsePlan';
import { problemLine } from '../../../src/domain/sources/problemWords';
import { WorkFiles } from '../../../src/runtime/files/workFiles';
import { Git } from '../../../src/runtime/git/git';
import { allSources } from '../../../src/runtime/sources/allSources';
import { PlanSources, type ImportPreview } from '../../../src/runtime/sources/planSources';
import { SourcesError } from '../../../src/runtime/sources/sourcesError';
import { corruptions, sourceFormats, type SourceTree } from '../../support/sourceFormats';
import { temporaryDirectory } from '../../support/temporaryDirectory';

for (const format of sourceFormats) {
  describe(`Bad input from ${format.kind}`, () => {
    let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
    let files: WorkFiles;
    let sources: PlanSources;
    beforeEach(async () => {
      folder = await temporaryDirectory();
      files = new WorkFiles(folder.path);
      sources = new PlanSources({ files, clock: systemClock, git: () => new Git(folder.path) });
    });
    afterEach(() => folder.dispose());

    const { kind, path: at } = format;
    const [second, third] = format.isFlat ? ['01.01.02', '01.02.01'] : ['01.02.01', '01.03.01'];
    /** Lone surrogates stand for bytes that are no text. */
    const bytes = (text: string) => Buffer.concat(Array.from(text, each => (each === '\udcff' ? Buffer.from([0xff]) : Buffer.from(each))));
    async function put(tree: SourceTree): Promise<void> {
      await rm(path.join(folder.path, ...at.split('/')), { recursive: true, force: true });
      for (const [name, text] of Object.entries(tree)) {
        const file = path.join(folder.path, ...name.split('/'));
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, bytes(text));
      }
    }
    const preview = () => sources.preview({ kind, path: at });
    const written = () => readdir(path.join(folder.path, 'work')).catch(() => []);
    const shape = ({ plan }: ImportPreview) =>
      plan?.stages.flatMap(({ threads }) =>
        threads.map(({ title, dependsOn, tasks }) => [title, dependsOn.length, tasks.map(({ status }) => status)]),
      );

    it('takes the good one, and the same with a byte order mark, CRLF and tabs', async () => {
      await put(format.good);
      const good = await preview();
      assert.deepEqual(good.problems, []);
      assert.equal(good.files?.tasks.length, 2);
      for (const change of [(text: string) => `\uFEFF${text}`, (text: string) => text.replaceAll('\n', '\r\n'), tabs]) {
        await put(Object.fromEntries(Object.entries(format.good).map(([name, text]) => [name, change(text)])));
        assert.deepEqual(shape(await preview()), shape(good), change.toString());
      }
    });

    for (const corruption of corruptions) {
      const bad = format.bad[corruption];
      if (!bad) continue;
      it(`refuses what is bad (${corruption}) with its place and a sentence, and writes nothing`, async () => {
        await put(bad.files);
        const found = await preview();
        assert.equal(found.files, undefined);
        const said = found.problems.filter(({ severity }) => severity === 'error').map(problemLine);
        assert.ok(
          said.some(line => line.startsWith(`${bad.at}:`) && bad.says.test(line)),
          said.join('\n'),
        );
        await assert.rejects(sources.import(found, 'bad'), { name: 'SourcesError', reason: 'bad-source' });
        assert.deepEqual(await written(), []);
      });
    }

    // 5,000 of them are read in the unit tests of the readers.
    it('takes hundreds of entries', async () => {
      await put(format.many(500));
      const stream = await sources.import(await preview(), 'many');
      assert.equal((await files.readTasks(stream.id)).length, 500);
    });

    it('writes nothing when the source is changed, or half-written, while it is imported', async () => {
      for (const [meanwhile, reason] of [
        [format.grown, 'changed'],
        [format.bad['half-written']?.files ?? {}, 'bad-source'],
        [{}, 'bad-source'],
      ] as const) {
        await put(format.good);
        const shown = await preview();
        await put(meanwhile);
        await assert.rejects(sources.import(shown, 'auth'), (error: unknown) => error instanceof SourcesError && error.reason === reason);
        assert.deepEqual(
          (await written()).filter(name => name !== 'index.json'),
          [],
        );
        const index = await files.readIndex();
        assert.ok(index.kind === 'absent' || (index.kind === 'ok' && index.value.streams.length === 0));
      }
    });

    it('becomes a plan without errors, whose tasks are written back byte-exact as soon as nothing changed', async () => {
      await put(format.good);
      const stream = await sources.import(await preview(), 'auth');
      const text = await readFile(path.join(folder.path, 'work', stream.id, 'PLAN.md'), 'utf8');
      assert.deepEqual(
        parsePlan(text).diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      );
      assert.deepEqual(await sources.writeBack(stream.id), []);
      for (const [name, before] of Object.entries(format.good)) {
        assert.equal(await readFile(path.join(folder.path, ...name.split('/')), 'utf8'), before);
      }
      if (format.isNotWritten) return;
      await files.updateTask(stream.id, '01.01.01.01', { status: 'completed', report: 'Done.' });
      assert.deepEqual(await sources.writeBack(stream.id), []);
      const states = shape(await preview())?.map(([, , statuses]) => statuses);
      assert.deepEqual(states, [['completed'], ['pending']]);
    });

    it('brings a plan that was edited up to a source that grew: ids, edits and statuses stay', async () => {
      await put(format.good);
      const stream = await sources.import(await preview(), 'auth');
      const file = path.join(folder.path, 'work', stream.id, 'PLAN.md');
      await files.updateTask(stream.id, '01.01.01.01', { status: 'completed', report: 'Done.' });
      const edited = (await readFile(file, 'utf8')).replace('## References\n', '## References\n\n- notes.md\n');
      await writeFile(file, edited);
      await put(format.grown);
      const shown = await sources.previewUpdate(stream.id);
      assert.equal(shown.before, edited);
      await sources.update(shown);
      const text = await readFile(file, 'utf8');
      assert.match(text, /- notes\.md\n/);
      const ids = ({ text: each }: { text: string }) =>
        parsePlan(each).plan?.stages.flatMap(stage =>
          stage.batches.flatMap(batch => batch.threads.map(thread => `${thread.id} ${thread.name}`)),
        );
      const before = ids({ text: edited }) ?? [];
      assert.deepEqual(ids({ text })?.slice(0, before.length), before);
      assert.equal(ids({ text })?.length, before.length + 1);
      assert.equal(ids({ text })?.at(-1), `${third} Third`);
      assert.deepEqual(
        (await files.readTasks(stream.id)).map(({ id, status, report }) => [id, status, report]),
        [
          ['01.01.01.01', 'completed', 'Done.'],
          [`${second}.01`, 'pending', undefined],
          [`${third}.01`, 'pending', undefined],
        ],
      );
      const again = await sources.previewUpdate(stream.id);
      assert.equal(again.text, again.before);
      assert.deepEqual(again.tasks, []);
    });

    it('leaves a plan as it is where both sides changed the same lines, and says so', async () => {
      await put(format.good);
      const stream = await sources.import(await preview(), 'auth');
      const file = path.join(folder.path, 'work', stream.id, 'PLAN.md');
      const edited = (await readFile(file, 'utf8')).replaceAll('Second', 'Another');
      await writeFile(file, edited);
      await put(Object.fromEntries(Object.entries(format.good).map(([name, text]) => [name, text.replaceAll('Second', 'Else')])));
      await assert.rejects(sources.previewUpdate(stream.id), { name: 'SourcesError', reason: 'conflict' });
      assert.equal(await readFile(file, 'utf8'), edited);
    });
  });
}

/** In front of items only: inside of values a tab is another text. */
function tabs(text: string): string {
  return text.replace(/^ {2}(?=- \*\*)/gm, '\t');
}

it('Every format that can be imported is in the table of corruptions', () => {
  assert.deepEqual(
    allSources().map(({ kind }) => kind),
    sourceFormats.map(({ kind }) => kind),
  );
  for (const { kind, bad, cannotBe } of sourceFormats) {
    assert.deepEqual([...Object.keys(bad), ...Object.keys(cannotBe)].sort(), [...corruptions].sort(), kind);
  }
});
