import { readFileSync, writeSync } from 'node:fs';
import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { parseSettings } from '../../../src/domain/settings/parseSettings';
import { createRuntime } from '../../../src/runtime/createRuntime';
import type { DriverPlan } from '../../support/crashHarness';

/** Runs a batch in a process of its own and kills itself, the server or both at one line of the journal: `<file with its plan>`. */
const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as DriverPlan;
const { root, batch, point, settings, takeOver = false, request = {}, ...options } = plan;
const parsed = parseSettings(settings).settings;
let matched = 0;

const runtime = createRuntime({
  ...options,
  settings: () => parsed,
  clock: systemClock,
  logger: silentLogger,
  journalWrite(descriptor, bytes) {
    const isPoint = point !== undefined && isMatch(bytes) && ++matched === point.nth;
    if (isPoint && point.side === 'before') kill();
    const written = writeSync(descriptor, bytes);
    if (isPoint && point.side === 'after') kill();
    return written;
  },
});

function isMatch(line: Buffer): boolean {
  const event = JSON.parse(line.toString()) as { readonly kind: string; readonly effect?: string };
  return (point?.kind ?? event.kind) === event.kind && (point?.effect ?? event.effect) === event.effect;
}

function kill(): void {
  const { pid } = runtime.opencode.server.status;
  if (point?.victim !== 'driver' && pid !== undefined) process.kill(pid, 'SIGKILL');
  if (point?.victim !== 'server') process.kill(process.pid, 'SIGKILL');
  else process.stdout.write('killed\n');
}

const { runs } = runtime.repository(root);
runs.news.onDidAppend(({ kind }) => process.stdout.write(`line: ${kind}\n`));
runs.news.onDidNotice(message => process.stdout.write(`notice: ${message}\n`));
const report = await runs.runBatch({ batch, takeOver, ...request }, new AbortController().signal);
process.stdout.write(`report: ${JSON.stringify(report)}\n`);
process.exit();
