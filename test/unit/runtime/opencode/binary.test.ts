import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findBinary } from '../../../../src/runtime/opencode/binary';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

describe('findBinary', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => {
    folder = await temporaryDirectory();
  });
  afterEach(() => folder.dispose());

  async function program(name: string, content = '#!/bin/sh\n'): Promise<string> {
    const file = path.join(folder.path, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, 0o755);
    return file;
  }
  const onPath = (...folders: readonly string[]) => ({ PATH: folders.map(name => path.join(folder.path, name)).join(path.delimiter) });
  const platformPackage = `opencode-${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const programName = process.platform === 'win32' ? 'opencode.exe' : 'opencode';

  it('takes the setting before PATH', async () => {
    const set = await program('own/opencode-next');
    await program(`bin/${programName}`);
    assert.equal(await findBinary({ setting: set, env: onPath('bin') }), set);
  });

  it('says which setting names no program', async () => {
    await assert.rejects(findBinary({ setting: path.join(folder.path, 'nothing'), env: onPath() }), {
      reason: 'no-binary',
      message: /work\.opencode\.path names ".*nothing"/,
    });
  });

  it('takes the first on PATH', async () => {
    const first = await program(`a/${programName}`);
    await program(`b/${programName}`);
    assert.equal(await findBinary({ env: onPath('missing', 'a', 'b') }), first);
  });

  it('looks a name in the setting up on PATH', async () => {
    const named = await program(`a/${process.platform === 'win32' ? 'oc.exe' : 'oc'}`);
    assert.equal(await findBinary({ setting: 'oc', env: onPath('a') }), named);
  });

  it('takes the one of the packages last, and not the stub that stands for it', async () => {
    await program('modules/opencode-ai/bin/opencode.exe', 'echo "postinstall script was not run"; exit 1\n');
    const real = await program(`modules/${platformPackage}/bin/${programName}`);
    const extra = [path.join(folder.path, 'modules')];
    assert.equal(await findBinary({ env: onPath('empty'), extra }), real);
    const installed = await program('modules/opencode-ai/bin/opencode.exe', 'x'.repeat(10_000));
    assert.equal(await findBinary({ env: onPath('empty'), extra }), installed);
  });

  it('finds what stands behind the scripts that npm puts on PATH of Windows', async () => {
    await program('npm/opencode.cmd');
    const real = await program('npm/node_modules/opencode-ai/bin/opencode.exe', 'x'.repeat(10_000));
    assert.equal(await findBinary({ env: { Path: path.join(folder.path, 'npm') }, platform: 'win32' }), real);
  });

  it('says how to install it when there is none', async () => {
    await assert.rejects(findBinary({ env: {} }), { reason: 'no-binary', message: /not found\. Install it/ });
  });
});
