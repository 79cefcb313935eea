import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { opencodeBinary } from '../test/support/opencodeBinary';
import { isolatedHome } from '../test/support/isolatedHome';
import { projectRoot } from '../test/support/projectRoot';
import { runGit } from '../test/support/gitRepository';
import { buildSample } from '../test/support/sampleRepository';
import { ScriptedModel } from '../test/support/scriptedModel';

/**
 * Carries out the whole sample without a window, with the `work` command as a user would type it, approving each stage; prints
 * the tree, the integration log and the reports. Everything happens in a temporary folder (or `--folder`), which is kept.
 */
const { values } = parseArgs({ options: { folder: { type: 'string' }, 'model-url': { type: 'string' } } });
const folder = values.folder === undefined ? await mkdtemp(path.join(tmpdir(), 'workstreams-demo-')) : path.resolve(values.folder);
await mkdir(folder, { recursive: true });
const sample = await buildSample({ folder: path.join(folder, 'text-toolkit') });
const model = await ScriptedModel.start({ scripts: sample.scripts });
const { environment } = await isolatedHome({ folder, modelUrl: values['model-url'] ?? model.url });

class StepFailed extends Error {}

function work(...args: readonly string[]): Promise<string> {
  console.log(`\n$ work ${args.join(' ')}`);
  const child = spawn(process.execPath, [path.join(projectRoot(), 'dist', 'work.js'), ...args], {
    cwd: sample.root,
    env: { ...environment, WORK_OPENCODE_PATH: opencodeBinary(), WORK_SERVER_PORT: '4196' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      process.stdout.write(data);
    });
    child.once('error', reject);
    child.once('exit', code =>
      code === 0 ? resolve(output) : reject(new StepFailed(`work ${args.join(' ')} ended with exit code ${code ?? 'none'}`)),
    );
  });
}

async function carryOut(): Promise<void> {
  await work('multi', '--continue');
  await work('multi', '--continue');
  const reports = [await work('report', '--stage', '1')];
  await work('approve', 'stage', '1');
  await work('multi', '--continue');
  reports.push(await work('report', '--stage', '2'));
  await work('approve', 'stage', '2');
  const completion = await work('complete');
  await work('tree');
  const log = await runGit(['log', '--graph', '--format=%h %s', `work/${sample.stream}`], sample.root);
  console.log(`\n$ git log --graph work/${sample.stream}\n${log}`);
  const files = [...reports, completion].map(text => path.join(sample.root, text.split('\n')[0] ?? ''));
  console.log(`Reports:\n${files.map(file => `  ${file}`).join('\n')}`);
}

let exitCode = 0;
try {
  await carryOut();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error(`\nThe demo stopped: ${error.message}`);
  exitCode = 1;
} finally {
  await work('serve', '--stop').catch((error: unknown) => console.error(String(error)));
  await writeFile(path.join(folder, 'requests.json'), JSON.stringify(model.requests));
  await model.close();
}
console.log(`\nThe sample repository is kept in ${sample.root}`);
process.exitCode = exitCode;
