import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Environment variable: the folder in which each process of a tier notes which test it is at. */
export const runningVariable = 'WORKSTREAMS_TEST_RUNNING';

const folder = process.env[runningVariable];
const note = folder && path.join(folder, String(process.pid));

function begin(runnable) {
  if (!note || !runnable) return;
  const file = path.relative('.', runnable.file ?? '');
  const title = [...runnable.titlePath()].join(' › ') || '(before its first test)';
  mkdirSync(folder, { recursive: true });
  writeFileSync(note, JSON.stringify({ file, title, since: Date.now() }));
}

/** For mocha's `--require`: files that run side by side tell their output only at their end, one that hangs never. */
export const mochaHooks = {
  beforeAll() {
    begin(this.test?.parent?.suites[0]);
  },
  beforeEach() {
    begin(this.currentTest);
  },
  afterAll() {
    if (note) rmSync(note, { force: true });
  },
};

/**
 * What the processes of a tier were last at, a line for each.
 * @param {string} notes the folder of {@link runningVariable}
 * @param {number} now milliseconds since the epoch
 * @returns {string[]}
 */
export function runningTests(notes, now) {
  let names;
  try {
    names = readdirSync(notes);
  } catch {
    return []; // nothing has begun
  }
  return names.map(name => {
    try {
      const { file, title, since } = JSON.parse(readFileSync(path.join(notes, name), 'utf8'));
      return `${file}: ${title} (for ${Math.round((now - since) / 1000)} s, process ${name})`;
    } catch {
      return `process ${name} between two tests`;
    }
  });
}
