import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Git } from '../../../src/runtime/git/git';
import { ToolProbe } from '../../../src/runtime/monitor/toolProbe';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

describe('The look at a silent tool', () => {
  let repository: TemporaryRepository;
  let probe: ToolProbe;
  let child: ChildProcess | undefined;
  const attempt = '01.01.01.01#1';
  const stream = '001-sample';
  const call = 'bash: npm test';
  beforeEach(async () => {
    repository = await temporaryRepository({ files: { 'a.txt': 'a\n' } });
    probe = new ToolProbe({ git: new Git(repository.root), attempt, stream, directory: repository.root });
  });
  afterEach(async () => {
    await end();
    await repository.dispose();
  });

  async function begin(variables: Readonly<Record<string, string>>): Promise<void> {
    child = spawn(process.execPath, ['-e', 'console.log("there"); setInterval(() => {}, 1000)'], {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (child.stdout) await once(child.stdout, 'data');
  }
  async function end(): Promise<void> {
    if (child?.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    child = undefined;
  }
  const own = () => ({ WORK_ATTEMPT: attempt, WORK_STREAM: stream, WORK_ROOT: repository.root });

  it('sees that its process lives and when it is gone, and takes neither for the other’s', async function () {
    if (process.platform !== 'linux') this.skip();
    await probe.look(call, 1);
    assert.equal(probe.result.process, undefined, 'one that was never seen may be one that cannot be seen');
    await begin(own());
    await probe.look(call, 2);
    assert.equal(probe.result.process, 'alive');
    await end();
    await probe.look(call, 3);
    assert.equal(probe.result.process, 'gone');
    await probe.look('bash: ls', 4);
    assert.equal(probe.result.process, undefined, 'the next call has not been seen yet');
  });

  it('takes a process of another workstream or repository for no sign of it', async () => {
    for (const other of [{ WORK_ROOT: '/other' }, { WORK_STREAM: '002-other' }, { WORK_ATTEMPT: `${attempt}0` }]) {
      await begin({ ...own(), ...other });
      await probe.look(call, 1);
      assert.equal(probe.result.process, undefined, JSON.stringify(other));
      await end();
    }
  });

  it('sees when files of the worktree change: new ones, others’ contents, and changes to what was changed already', async () => {
    const look = async (at: number) => {
      await probe.look(call, at);
      return probe.result.filesAt;
    };
    await repository.write({ 'a.txt': 'changed\n' });
    assert.equal(await look(1), undefined, 'what was changed before is no sign of this call');
    assert.equal(await look(2), undefined);
    await repository.write({ 'new ü.txt': 'new\n' });
    assert.equal(await look(3), 3);
    assert.equal(await look(4), 3);
    await repository.write({ 'a.txt': 'changed again\n' });
    assert.equal(await look(5), 5);
    await probe.look('bash: ls', 6);
    assert.equal(probe.result.filesAt, undefined);
  });

  it('fails where git does, instead of claiming that nothing changes', async () => {
    const lost = new ToolProbe({ git: new Git(repository.root), attempt, stream, directory: `${repository.root}/gone` });
    await assert.rejects(lost.look(call, 1));
  });
});
