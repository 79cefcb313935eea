import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import lockfile from 'proper-lockfile';
import { WorkFiles } from '../../../src/runtime/files/workFiles';

/** Another program that works with the same files. */
const [, , command = '', file = '', ...rest] = process.argv;
switch (command) {
  case 'hold': {
    // As the original tool locks: with the library's own defaults.
    const release = await lockfile.lock(file, { retries: { retries: 10, minTimeout: 50, maxTimeout: 500 } });
    process.stdout.write('held\n');
    process.stdin.resume().on('end', () => void release().then(() => process.exit()));
    break;
  }
  case 'die': {
    await lockfile.lock(file);
    process.stdout.write('held\n');
    process.kill(process.pid, 'SIGKILL');
    break;
  }
  case 'replace': {
    const [from = '', to = ''] = rest;
    writeFileSync(`${file}.tmp`, readFileSync(file, 'utf8').replace(from, to));
    renameSync(`${file}.tmp`, file);
    break;
  }
  case 'overwrite': {
    writeFileSync(file, rest[0] ?? '');
    break;
  }
  case 'update': {
    // `file` is the repository's root here; many processes may want the same locks for long.
    const [streamId = '', ...ids] = rest;
    const files = new WorkFiles(file, { lockRetries: 200 });
    await Promise.all(
      ids.map(async id => {
        await files.updateTask(streamId, id, { status: 'completed', report: `Done by ${process.pid}` });
        await files.upsertSession(streamId, id.slice(0, 8), {
          sessionId: `ses_${id}`,
          agentName: 'a',
          model: 'p/m',
          startedAt: 'now',
          status: 'running',
        });
      }),
    );
    break;
  }
}
