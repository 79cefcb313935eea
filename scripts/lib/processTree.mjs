import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** An environment variable that every process of a lane inherits: it finds those that outlive the one that started them. */
export const laneVariable = 'WORKSTREAMS_TEST_LANE';

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process ended meanwhile
  }
}

const processes = () =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);

function parents() {
  if (process.platform === 'linux') {
    return processes().map(pid => [pid, Number(/^.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`))?.[1])]);
  }
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number));
}

/** `pid` and everything below it, parents first. */
function tree(pid, all = parents()) {
  return [pid, ...all.filter(([, parent]) => parent === pid).flatMap(([child]) => tree(child, all))];
}

/** The state of a process in the kernel's words, e.g. `S pipe_read`, and its parent. */
function stateOf(pid) {
  const [, state = '?', parent = '?'] = /^.*\) (\S) (\d+)/s.exec(read(`/proc/${pid}/stat`)) ?? [];
  return `${state} ${read(`/proc/${pid}/wchan`) || '-'}, child of ${parent},`;
}

/** Processes of a lane that still run, wherever they hang now; known on Linux only. */
export function survivors(lane) {
  if (process.platform !== 'linux') return [];
  return processes()
    .filter(pid => pid !== process.pid && read(`/proc/${pid}/environ`).split('\0').includes(`${laneVariable}=${lane}`))
    .map(pid => ({ pid, state: stateOf(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 500) }));
}

/** Ends `pid` and all that it started, at once and without asking. */
export function killTree(pid, lane) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  for (const target of new Set([...tree(pid), ...survivors(lane).map(survivor => survivor.pid)])) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // already gone
    }
  }
}
