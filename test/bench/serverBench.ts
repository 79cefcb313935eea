import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { newMessageId, newPartId } from '../../src/runtime/opencode/messageIds';
import { opencodeBinary } from '../support/opencodeBinary';
import { startHarness, type Harness } from '../support/opencodeHarness';
import { compare } from './comparison';
import { peakMemory } from './processPeak';

/** Three turns of the model: a file, a command, a word. `opencode run` puts what it is given between quotes: directives stand on lines of their own. */
const task = 'Do this.\n[[write made.txt | made]]\n[[bash echo made >> made.txt]]\n[[say Done.]]\nThat is all.';

/**
 * Threads on one shared server, in directories it does not know yet and again in the same ones, against a process of
 * opencode for each of them.
 */
export async function benchServer(threads: number, rounds: number): Promise<string> {
  const harness = await startHarness();
  try {
    await harness.server.ensure();
    let made = 0;
    const directories = () => Promise.all(Array.from({ length: threads }, () => harness.repository(`bench-${(made += 1)}`)));
    const all = [] as string[][];
    for (let round = 0; round < rounds; round++) all.push(await directories(), await directories());
    let shared: readonly string[] = [];
    let most = 0;
    const text = await compare(
      {
        title: `Server: ${threads} threads at once, three turns of the model each`,
        contenders: [
          { name: 'the shared server, new directories', run: () => onServer(harness, (shared = all.shift() ?? [])) },
          { name: 'the shared server, the same directories again', run: () => onServer(harness, shared) },
          {
            name: 'a process of opencode for each',
            run: async () => {
              most = Math.max(most, await inProcesses(harness, all.shift() ?? []));
              return undefined;
            },
          },
        ],
      },
      rounds,
    );
    const server = peakMemory(harness.server.status.pid);
    if (server === undefined || most === 0) return text;
    return `${text}  most memory: ${Math.round(server)} MB for the server after all rounds, ${Math.round(most)} MB for the processes of one round, ${(most / server).toPrecision(2)} ×\n`;
  } finally {
    await harness.dispose();
  }
}

async function onServer({ opencode: { sessions } }: Harness, directories: readonly string[]): Promise<undefined> {
  await Promise.all(
    directories.map(async directory => {
      await rm(path.join(directory, 'made.txt'), { force: true });
      const { id: session } = await sessions.create({ directory, title: 'Bench' });
      const follower = sessions.follow(directory, session);
      try {
        await sessions.prompt({ directory, session, text: task, messageId: newMessageId(), partId: newPartId() });
        await follower.idle();
      } finally {
        follower.dispose();
      }
      mustBeMade(directory);
    }),
  );
}

/** Gives the sum of the most memory that each process held, in MB. */
async function inProcesses({ environment }: Harness, directories: readonly string[]): Promise<number> {
  const peaks = await Promise.all(
    directories.map(
      directory =>
        new Promise<number>((resolve, reject) => {
          let peak = 0;
          const child = spawn(opencodeBinary(), ['run', '--title', 'Bench', '--', task], {
            cwd: directory,
            env: { ...environment, PWD: directory }, // which it believes more than its real one
            stdio: 'ignore',
          });
          const timer = setInterval(() => (peak = Math.max(peak, peakMemory(child.pid) ?? 0)), 100);
          child.once('error', reject);
          child.once('exit', code => {
            clearInterval(timer);
            if (code === 0) resolve(peak);
            else reject(new Error(`opencode run ended with exit code ${code}`));
          });
        }),
    ),
  );
  directories.forEach(mustBeMade);
  return peaks.reduce((sum, peak) => sum + peak, 0);
}

/** A contender that did not do the work has no time. */
function mustBeMade(directory: string): void {
  if (!existsSync(path.join(directory, 'made.txt'))) throw new Error(`nothing was made in ${directory}`);
}
