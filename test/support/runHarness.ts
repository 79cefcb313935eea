import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../src/common/clock';
import { parseSettings } from '../../src/domain/settings/parseSettings';
import type { TaskStatus } from '../../src/domain/taskStatus';
import type { WorkstreamSnapshot } from '../../src/domain/tree/nodes';
import { createRuntime, type Runtime, type RuntimeOptions } from '../../src/runtime/createRuntime';
import type { Repository } from '../../src/runtime/repository';
import type { RunReport, RunRequest } from '../../src/runtime/run/runRequest';
import { addFailureStory, journalStory } from './failureStories';
import { runGit, temporaryRepository } from './gitRepository';
import { isolatedHome } from './isolatedHome';
import { opencodeBinary } from './opencodeBinary';
import { projectRoot } from './projectRoot';
import { recordingLogger } from './recordingLogger';
import { ScriptedModel } from './scriptedModel';
import { temporaryDirectory } from './temporaryDirectory';
import { indexText, someStream, someTask, tasksText } from './temporaryWork';
import { planText } from './workstreamText';

export const streamId = '001-sample';

export type Project = {
  readonly root: string;
  /** Which drives its runs. */
  readonly runtime: Runtime;
  readonly repository: Repository;
  run(batch: string, request?: Pick<RunRequest, 'only' | 'ignoreGate' | 'goOn'> & { readonly signal?: AbortSignal }): Promise<RunReport>;
  snapshot(): Promise<WorkstreamSnapshot>;
  /** `<id>: <status> — <report>` of each task, in order. */
  tasks(): Promise<readonly string[]>;
  git(...args: readonly string[]): Promise<string>;
  read(relative: string): Promise<string>;
};

export type ProjectOptions = {
  /** As `planText` takes them. */
  readonly threads?: readonly string[];
  readonly tasks?: Readonly<Record<string, TaskStatus>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of the repository's folder. */
  readonly name?: string;
  /** Of the workstream, instead of the one made from `threads`. */
  readonly plan?: string;
  readonly runtime?: Partial<RuntimeOptions>;
};

/** What an agent's script does: each line a directive; it ends with the report of its own task. */
export const working = (task: string, ...directives: readonly string[]) => ({
  label: task,
  directives: [...directives, reporting(task), '[[say Done.]]'].join('\n'),
});
export const reporting = (task: string, report = `Did ${task}.`, status = 'completed') =>
  `[[tool work_task_report ${JSON.stringify({ task, status, report })}]]`;

/** One real server with a scripted model, for all tests of a file; a fresh repository for each of them. */
export class RunHarness {
  private readonly disposals: (() => Promise<void> | void)[] = [];

  private constructor(
    readonly model: ScriptedModel,
    readonly stateDirectory: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(port: number): Promise<RunHarness> {
    const folder = await temporaryDirectory();
    const model = await ScriptedModel.start();
    const { environment, stateDirectory } = await isolatedHome({ folder: folder.path, modelUrl: model.url });
    const harness = new RunHarness(model, stateDirectory, { ...environment, WORK_SERVER_PORT: String(port) });
    harness.disposals.push(
      () => folder.dispose(),
      () => model.close(),
    );
    return harness;
  }

  /** A repository with a plan; by default one thread with one pending task. */
  async project({
    threads = ['01.01.01 One'],
    tasks = { '01.01.01.01': 'pending' },
    files = {},
    settings = {},
    name,
    plan = planText(...threads),
    runtime: changes,
  }: ProjectOptions = {}): Promise<Project> {
    const repository = await temporaryRepository({
      ...(name === undefined ? {} : { name }),
      files: {
        'README.md': 'A project.\n',
        'work/index.json': indexText([someStream(streamId)], streamId),
        [`work/${streamId}/PLAN.md`]: plan,
        [`work/${streamId}/tasks.json`]: tasksText(
          streamId,
          Object.entries(tasks).map(([id, status]) => someTask(id, { status })),
        ),
        ...files,
      },
    });
    const logger = recordingLogger();
    const forget = addFailureStory(async () => [
      `repository ${repository.root}:`,
      ...logger.lines.slice(-25),
      ...(await journalStory(repository.root)),
    ]);
    this.disposals.push(forget, () => repository.dispose());
    const runtime = this.runtime(settings, { logger, ...changes });
    const opened = runtime.repository(repository.root);
    return {
      root: repository.root,
      runtime,
      repository: opened,
      run: (batch, { signal = new AbortController().signal, ...request } = {}) => opened.runs.runBatch({ batch, ...request }, signal),
      snapshot: () => opened.snapshot(),
      tasks: async () =>
        (await opened.files.readTasks(streamId)).map(
          ({ id, status, report }) => `${id}: ${status}${report === undefined ? '' : ` — ${report}`}`,
        ),
      git: (...args) => runGit(args, repository.root),
      read: relative => readFile(path.join(repository.root, ...relative.split('/')), 'utf8'),
    };
  }

  runtime(settings: Readonly<Record<string, unknown>> = {}, changes: Partial<RuntimeOptions> = {}): Runtime {
    const port = Number(this.environment.WORK_SERVER_PORT);
    const parsed = parseSettings({ 'work.opencode.path': opencodeBinary(), 'work.server.port': port, ...settings }).settings;
    const runtime = createRuntime({
      stateDirectory: this.stateDirectory,
      settings: () => parsed,
      pluginFile: path.join(projectRoot(), 'dist', 'plugin.js'),
      workScript: path.join(projectRoot(), 'dist', 'work.js'),
      environment: this.environment,
      clock: systemClock,
      logger: recordingLogger(),
      ...changes,
    });
    this.disposals.push(() => runtime.dispose());
    return runtime;
  }

  /** Environment for a program of its own, such as the command line. */
  get programEnvironment(): Readonly<Record<string, string>> {
    return { ...this.environment, WORK_OPENCODE_PATH: opencodeBinary() };
  }

  async dispose(): Promise<void> {
    await this.runtime().opencode.server.stop();
    for (const disposal of this.disposals.reverse()) await disposal();
  }
}
