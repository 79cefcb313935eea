import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { failureStory } from '../support/failureStories';

/**
 * VS Code's extension host loads this module and calls `run`. Results go to the file that the runner named: the host's own output is
 * far away, and its exit code says nothing after a crash.
 */
export async function run(): Promise<void> {
  const results = process.env.WORKSTREAMS_HOST_RESULTS;
  const write = (line: object) => {
    if (results) appendFileSync(results, `${JSON.stringify(line)}\n`);
  };
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => {
    const log = format(...parts);
    if (results) write({ log });
    else console.log(log);
  };
  const grep = process.env.WORKSTREAMS_HOST_GREP;
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    color: false,
    timeout: 60_000,
    slow: 2000,
    forbidOnly: true,
    rootHooks: {
      async afterEach(this: Mocha.Context) {
        if (this.currentTest?.state !== 'failed') return;
        for (const line of await failureStory()) write({ log: `    ${line}` });
      },
    },
    ...(grep ? { grep } : {}),
  });
  const suite = path.join(__dirname, 'suite');
  for (const file of readdirSync(suite).sort()) if (file.endsWith('.test.js')) mocha.addFile(path.join(suite, file));
  await new Promise<void>((resolve, reject) => {
    const failed: { title: string; message: string }[] = [];
    const runner = mocha.run(failures => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      write({ end: { passed: passes, failed: failures, skipped: pending, failures: failed } });
      if (failures > 0) reject(new Error(`${failures} tests failed`));
      else resolve();
    });
    runner.on('fail', (test, error: Error) => failed.push({ title: test.fullTitle(), message: error.stack ?? error.message }));
  });
}
