import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/** Files that take longer than this, in seconds, are named at the end of a run. */
const slowFile = 15;

/**
 * Mocha's own output, the files that take longest, and the counts in the file that the environment names, written only at the true
 * end of the run; with them what failed and why, and the seconds of each test file, hooks included.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const seconds = new Map();
    const add = ({ file, duration = 0 }) => {
      if (!file) return;
      const name = path.relative('.', file).split(path.sep).join('/');
      seconds.set(name, (seconds.get(name) ?? 0) + duration / 1000);
    };
    const failed = [];
    runner.on('fail', (test, error) => failed.push({ title: test.fullTitle(), message: error.stack ?? error.message }));
    runner.on('test end', add);
    runner.on('hook end', add);
    runner.once('end', () => {
      const files = [...seconds].sort(([, left], [, right]) => right - left).map(([file, took]) => [file, Math.round(took * 10) / 10]);
      const slow = files.filter(([, took]) => took > slowFile).slice(0, 10);
      if (slow.length > 0) {
        console.log(['  Longest files, in seconds:', ...slow.map(([file, took]) => `    ${took}  ${file}`), ''].join('\n'));
      }
      const results = process.env.WORKSTREAMS_TEST_RESULTS;
      if (!results) return;
      const { passes, failures, pending } = runner.stats;
      mkdirSync(path.dirname(results), { recursive: true });
      const counts = { passed: passes, failed: failures, skipped: pending };
      writeFileSync(results, JSON.stringify({ ...counts, failures: failed, files: Object.fromEntries(files) }));
    });
  }
}
