import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { integrationBranch, integrationRevision } from '../src/domain/names';
import { runGit } from '../test/support/gitRepository';
import { isolatedHome } from '../test/support/isolatedHome';
import { opencodeBinary } from '../test/support/opencodeBinary';
import { projectRoot } from '../test/support/projectRoot';
import { buildSample, type SampleRepository } from '../test/support/sampleRepository';
import { ScriptedModel } from '../test/support/scriptedModel';
import { ProgramSteps, StepFailed } from './programSteps';

/**
 * Carries out the whole sample without a window, with the `work` command as a user would type it, approving each stage; prints
 * the tree, the integration log and the reports. Exit code 0 when all of it succeeded, 1 when a step failed, 130 after Ctrl-C;
 * in each case the server is stopped. Everything is in a folder of its own, which is kept, with what the model received in
 * `requests.json`.
 */
const usage = 'npm run demo -- [--folder <new or empty folder>] [--model-url <url>] [--port <n>] [--patience <seconds>]';

type Wishes = { readonly folder?: string; readonly modelUrl?: string; readonly port: number; readonly patience: number };

function readWishes(): Wishes {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      /** A model in place of the scripted one: where nobody listens, the demo has to fail. */
      'model-url': { type: 'string' },
      port: { type: 'string', default: '4196' },
      patience: { type: 'string', default: '120' },
    },
  });
  const { folder, 'model-url': modelUrl, port, patience } = values;
  if (!/^\d+$/.test(port) || !/^[1-9]\d*$/.test(patience)) throw new Error('--port and --patience need a whole number');
  return { ...(folder && { folder }), ...(modelUrl && { modelUrl }), port: Number(port), patience: Number(patience) };
}

async function ownFolder(wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(path.join(tmpdir(), 'workstreams-demo-'));
  const folder = path.resolve(wanted);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new StepFailed(`${folder} is not empty. Name a new folder.`);
  return folder;
}

/** Gives the absolute paths of what was written for people to read. */
async function carryOut(work: ProgramSteps, sample: SampleRepository): Promise<readonly string[]> {
  const written: string[] = [];
  for (const [stage, batches] of [
    ['1', 2],
    ['2', 1],
  ] as const) {
    await work.run('prompt', '--stage', stage);
    for (let batch = 0; batch < batches; batch++) await work.run('multi', '--continue');
    written.push(await work.run('report', '--stage', stage));
    await work.run('approve', 'stage', stage);
  }
  await work.run('multi', '--continue');
  written.push(await work.run('complete'));
  await work.run('tree');
  return written.map(output => path.join(sample.root, output.split('\n')[0] ?? ''));
}

async function demo({ folder: wanted, modelUrl, port, patience }: Wishes): Promise<number> {
  const folder = await ownFolder(wanted);
  const sample = await buildSample({ folder: path.join(folder, 'text-toolkit') });
  const model = await ScriptedModel.start({ scripts: sample.scripts });
  const { environment } = await isolatedHome({ folder, modelUrl: modelUrl ?? model.url, asShipped: true });
  const work = new ProgramSteps({
    program: [process.execPath, path.join(projectRoot(), 'dist', 'work.js')],
    name: 'work',
    cwd: sample.root,
    environment: { ...environment, WORK_OPENCODE_PATH: opencodeBinary(), WORK_SERVER_PORT: String(port) },
    show: { out: text => process.stdout.write(text), err: text => process.stderr.write(text) },
    patience: patience * 1000,
  });
  const interrupted = new AbortController();
  const interrupt = () => {
    interrupted.abort();
    work.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  console.log('The plan of a small library: 2 stages, 3 batches, 6 threads, 12 tasks. opencode is real, its model plays scripts.');
  console.log(`Everything happens in ${folder}`);
  let problem: string | undefined;
  let written: readonly string[] = [];
  try {
    written = await carryOut(work, sample);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  } finally {
    // In any case, or a server would go on without anybody who knows of it.
    await work.run('serve', '--stop').catch((error: unknown) => (problem ??= error instanceof Error ? error.message : String(error)));
    await writeFile(path.join(folder, 'requests.json'), JSON.stringify(model.requests));
    await model.close();
  }
  if (problem !== undefined) {
    console.error(`\nThe demo stopped: ${problem}\nWhat it left is in ${folder}`);
    return interrupted.signal.aborted ? 130 : 1;
  }
  const branch = integrationBranch(sample.stream);
  const revision = integrationRevision(sample.stream);
  console.log(`\n$ git log --graph --format='%h %s' ${revision}`);
  console.log(await runGit(['log', '--graph', '--format=%h %s', revision], sample.root));
  console.log(`\nTo read:\n${written.map(file => `  ${file}`).join('\n')}`);
  console.log(`The repository, with all twelve tasks merged into ${branch}:\n  ${sample.root}`);
  return 0;
}

try {
  process.exitCode = await demo(readWishes());
} catch (error) {
  console.error(`The demo could not begin: ${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`);
  process.exitCode = 1;
}
