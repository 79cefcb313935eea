import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { laneVariable, survivors } from './processTree.mjs';

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

/** What tests have to tell of themselves when one fails: sets of functions that give lines. */
const stories = Symbol.for('workstreams.failureStories');

/** Prints, for a failed test, what its repositories and the processes of its lane are at: a run that hangs says nothing by itself. */
export async function tellFailure(test, print = console.log) {
  if (test?.state !== 'failed') return;
  print(`after "${test.fullTitle()}":`);
  for (const story of globalThis[stories] ?? []) for (const line of await story()) print(`    ${line}`);
  for (const { pid, state, command } of survivors(process.env[laneVariable])) print(`    process ${pid} ${state} ${command}`);
}

/** For mocha's `--require`: files that run side by side tell their output only at their end, one that hangs never. @public */
export const mochaHooks = {
  beforeAll() {
    begin(this.test?.parent?.suites[0]);
  },
  beforeEach() {
    begin(this.currentTest);
  },
  afterEach() {
    return tellFailure(this.currentTest);
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
