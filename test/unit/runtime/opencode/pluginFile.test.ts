import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPlugin, withPlugin } from '../../../../src/runtime/opencode/pluginFile';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

describe('withPlugin', () => {
  const url = 'file:///state/plugin.js';
  const cases: readonly { readonly name: string; readonly content: string | undefined; readonly expected: unknown }[] = [
    { name: 'nothing', content: undefined, expected: { plugin: [url] } },
    { name: 'an empty text', content: ' ', expected: { plugin: [url] } },
    { name: 'other settings', content: '{"model":"a/b"}', expected: { model: 'a/b', plugin: [url] } },
    { name: 'plugins of the user', content: '{"plugin":["mine"]}', expected: { plugin: ['mine', url] } },
    { name: 'comments and a last comma', content: '{ // yes\n "share": "disabled", }', expected: { share: 'disabled', plugin: [url] } },
  ];
  for (const { name, content, expected } of cases) {
    it(`adds the plugin to ${name}`, () => assert.deepEqual(JSON.parse(withPlugin(content, url)), expected));
  }

  for (const content of ['{ nope', '[1]', '"text"']) {
    it(`leaves ${content} for the server to complain of`, () => assert.equal(withPlugin(content, url), content));
  }
});

describe('installPlugin', () => {
  it('keeps each version in a folder of its own that holds nothing else', async () => {
    const folder = await temporaryDirectory();
    try {
      const bundle = path.join(folder.path, 'bundle.js');
      await writeFile(path.join(folder.path, 'package.json'), '{}');
      await writeFile(bundle, 'export const one = 1;\n');
      const state = path.join(folder.path, 'state of mine');
      const one = await installPlugin(bundle, state);
      assert.deepEqual(await installPlugin(bundle, state), one);
      await writeFile(bundle, 'export const two = 2;\n');
      const two = await installPlugin(bundle, state);
      assert.notEqual(one.hash, two.hash);
      const file = fileURLToPath(one.url);
      assert.equal(await readFile(file, 'utf8'), 'export const one = 1;\n');
      assert.deepEqual(await readdir(path.dirname(file)), ['plugin.js']);
    } finally {
      await folder.dispose();
    }
  });
});
