import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { parseSettings } from '../../../src/domain/settings/parseSettings';
import { createRuntime, type RuntimeOptions } from '../../../src/runtime/createRuntime';

/** Runs a batch of a repository in a process of its own, to be killed: `<root> <batch> <file with its runtime>`. */
const [, , root = '', batch = '', file = ''] = process.argv;
const { settings, ...options } = JSON.parse(readFileSync(file, 'utf8')) as Omit<RuntimeOptions, 'settings' | 'clock' | 'logger'> & {
  readonly settings: Readonly<Record<string, unknown>>;
};
const parsed = parseSettings(settings).settings;
const runtime = createRuntime({ ...options, settings: () => parsed, clock: systemClock, logger: silentLogger });
const { runs } = runtime.repository(root);
runs.news.onDidStartThread(() => process.stdout.write('driving\n'));
await runs.runBatch({ batch }, new AbortController().signal);
process.stdout.write('finished\n');
process.exit();
