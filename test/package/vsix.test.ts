import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { openPromise, type Entry } from 'yauzl';

/** All that is installed on a user's machine. What is new must be put here by somebody who wants it there. */
const wanted = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/extension.js',
  'extension/dist/plugin.js',
  'extension/dist/work.js',
  'extension/l10n/bundle.l10n.json',
  'extension/media/icon.png',
  'extension/media/multitask.schema.json',
  'extension/media/report.css',
  'extension/media/report.js',
  'extension/media/walkthrough/approve.svg',
  'extension/media/walkthrough/plan.svg',
  'extension/media/walkthrough/run.svg',
  'extension/media/walkthrough/setUp.svg',
  'extension/media/work.svg',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
];

describe('The package', () => {
  const file = path.resolve('out', 'workstreams.vsix');

  it('holds exactly the files that a user needs', async () => {
    const archive = await openPromise(file, { autoClose: true });
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) entries.push(entry);
    assert.deepEqual(entries.map(({ fileName }) => fileName).sort(), [...wanted].sort());
  });

  it('is smaller than three megabytes', async () => {
    const { size } = await stat(file);
    assert.ok(size < 3_000_000, `${size} bytes`);
  });
});
