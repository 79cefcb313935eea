import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { killTree, laneVariable, survivors } from './processTree.mjs';
import { runningTests, runningVariable } from './runningTest.mjs';

/** @typedef {{passed: number, failed: number, skipped: number, failures?: readonly {title: string, message: string}[]}} Counts */
/** @typedef {{name: string, command: string, args: string[], env?: Record<string, string>, results?: string, absent?: string}} Step */
/** @typedef {{step: Step, status: 'passed' | 'failed' | 'skipped', seconds: number, why?: string, counts?: Counts}} Outcome */

const running = new Map();

/** For a signal to ourselves: nothing that a lane started stays behind. */
export function killLanes() {
  for (const [pid, lane] of running) killTree(pid, lane);
}

/** What the reporter of a tier wrote; undefined when the tier died before its end. */
function counts(folder, { results }) {
  try {
    return JSON.parse(readFileSync(path.join(folder, results), 'utf8'));
  } catch {
    return undefined;
  }
}

function judge(folder, step, code) {
  if (!step.results) return code === 0 ? { status: 'passed' } : { status: 'failed', why: `exit code ${code}` };
  const found = counts(folder, step);
  if (!found) return { status: 'failed', why: `it ended before its tests did (exit code ${code})` };
  if (found.passed + found.failed === 0) return { status: 'failed', why: 'it ran no test', counts: found };
  return code === 0 && found.failed === 0
    ? { status: 'passed', counts: found }
    : { status: 'failed', why: `exit code ${code}`, counts: found };
}

/**
 * Runs the steps of a lane one after the other, whatever became of the one before. All output goes to `out/logs/<lane>.log` and,
 * with `prefix`, to ours. When the limit (minutes) is reached, the running step ends with all that it started, and the rest is not run.
 * @param {{name: string, limit: number, steps: Step[]}} lane
 * @param {{prefix: string, folder: string, print?: (line: string) => void, startTimer?: (reached: () => void, milliseconds: number) => NodeJS.Timeout | undefined}} where
 *   `folder` is the checkout
 * @returns {Promise<Outcome[]>}
 */
export async function runLane({ name, limit, steps }, { prefix, folder, print = console.log, startTimer = setTimeout }) {
  const logs = path.join(folder, 'out', 'logs');
  mkdirSync(logs, { recursive: true });
  const log = createWriteStream(path.join(logs, `${name}.log`));
  const lane = `${name}-${process.pid}`;
  const last = [];
  const end = Date.now() + limit * 60_000;
  const say = line => {
    log.write(`${line}\n`);
    print(`${prefix}${line}`);
  };

  const notes = path.join(folder, 'out', 'running', lane);
  const state = step => [
    `── ${step.name} is over the limit of its lane, ${limit} minutes. What it was at:`,
    ...runningTests(notes, Date.now()).map(line => `    test: ${line}`),
    ...survivors(lane).map(({ pid, state, command }) => `    process: ${pid} ${state} ${command}`),
    'Its last lines:',
    ...last.map(line => `    ${line}`),
  ];

  const runStep = step =>
    new Promise(resolve => {
      if (step.results) rmSync(path.join(folder, step.results), { force: true });
      rmSync(notes, { recursive: true, force: true });
      const child = spawn(step.command, step.args, {
        cwd: folder,
        env: { ...process.env, ...step.env, [laneVariable]: lane, [runningVariable]: notes },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
      });
      let late = false;
      const kill = () => killTree(child.pid, lane);
      const timer = startTimer(
        () => {
          late = true;
          state(step).forEach(say);
          kill();
        },
        Math.max(0, end - Date.now()),
      );
      if (child.pid) running.set(child.pid, lane);
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', line => {
          last.push(line);
          if (last.length > 40) last.shift();
          say(line);
        });
      }
      const settle = result => {
        clearTimeout(timer);
        running.delete(child.pid);
        resolve(result);
      };
      child.once('error', error => settle({ status: 'failed', why: error.message }));
      // Not `close`: a server left behind holds our pipes open.
      child.once('exit', (code, signal) => {
        const left = survivors(lane);
        for (const { pid, state, command } of left) say(`left behind by ${step.name}, ended now: ${pid} ${state} ${command}`);
        if (left.length > 0) kill();
        setTimeout(
          () => settle(late ? { status: 'failed', why: `over the limit of ${limit} minutes` } : judge(folder, step, code ?? signal)),
          100,
        );
      });
    });

  const outcomes = [];
  for (const step of steps) {
    if (step.absent) {
      outcomes.push({ step, status: 'skipped', why: step.absent, seconds: 0, counts: { passed: 0, failed: 0, skipped: 1 } });
      continue;
    }
    if (Date.now() >= end) {
      outcomes.push({ step, status: 'failed', why: 'not run: the lane was out of time', seconds: 0 });
      continue;
    }
    const started = Date.now();
    say(`── ${step.name}`);
    const result = await runStep(step);
    const seconds = (Date.now() - started) / 1000;
    say(`── ${step.name} ${result.status}${result.why ? `: ${result.why}` : ''} (${seconds.toFixed(1)} s)`);
    outcomes.push({ step, seconds, ...result });
  }
  rmSync(notes, { recursive: true, force: true });
  log.end();
  return outcomes;
}
