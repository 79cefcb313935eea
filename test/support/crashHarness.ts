import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { JournalEvent } from '../../src/domain/journal/events';
import { journalFile, journalFolder } from '../../src/runtime/journal/journalPaths';
import { readJournal } from '../../src/runtime/journal/readJournal';
import { readServerState } from '../../src/runtime/opencode/serverState';
import type { RunRequest } from '../../src/runtime/run/runRequest';
import type { RuntimeOptions } from '../../src/runtime/createRuntime';
import { opencodeBinary } from './opencodeBinary';
import { otherProcess, type OtherProcess } from './otherProcess';
import { projectRoot } from './projectRoot';
import { RunHarness, streamId, working, type Project } from './runHarness';
import type { ModelScript } from './scriptedModel';
import { draftsOnDisk, lostDrafts, toldDrafts } from './writtenDrafts';

/** One instant of a batch: a line that the driver writes to the journal. Lines that other processes wrote do not count. */
export type CrashPoint = {
  /** `before` its write: what it tells has happened, but nobody knows. `after`: it is in the file. */
  readonly side: 'before' | 'after';
  readonly victim: 'driver' | 'server' | 'both';
  /** Which of the lines that match, from 1. */
  readonly nth: number;
  readonly kind?: JournalEvent['kind'];
  readonly effect?: string;
};

/** The driver at the first such line, unless it says otherwise. */
export type CrashStep = Pick<CrashPoint, 'side' | 'kind' | 'effect'> & Partial<Pick<CrashPoint, 'victim' | 'nth'>>;

/** A moment that nothing in the batch tells, in milliseconds since the driver was started. */
export type CrashMoment = { readonly victim: CrashPoint['victim']; readonly after: number };

/** What the process of a driver reads. */
export type DriverPlan = Pick<RuntimeOptions, 'stateDirectory' | 'pluginFile' | 'workScript' | 'environment'> & {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly root: string;
  readonly batch: string;
  readonly point?: CrashPoint;
  readonly takeOver?: boolean;
  readonly request?: Pick<RunRequest, 'only' | 'goOn'>;
};

/** How one process of a driver ended. */
export type DriverEnd = {
  /** The point was reached, and somebody killed. */
  readonly isHit: boolean;
  /** It was not killed itself. */
  readonly isFinished: boolean;
  readonly output: string;
};

/** What a batch left, seen by git, the files and the model: equal for all ways to its end. */
export type CrashOutcome = {
  /** `<blob> <path>` of the integration branch, without the drafts, which have other names every time. */
  readonly tree: readonly string[];
  /** `<id>: <status> — <report>` of each task. */
  readonly tasks: readonly string[];
  /** By thread: how many merges of it the integration branch holds. */
  readonly merges: Readonly<Record<string, number>>;
  /** By task: how often its prompt is in the sessions that the model saw, and in how many sessions it was worked on. */
  readonly prompts: Readonly<Record<string, { readonly sessions: number; readonly prompts: number }>>;
  /** By task: how many attempts, and how they ended. */
  readonly attempts: Readonly<Record<string, readonly string[]>>;
  /** States of sessions in `threads.json`. */
  readonly sessions: readonly string[];
};

export type CrashBatch = {
  readonly project: Project;
  /** Runs the batch (or goes on with it) in a process of its own, to its end or to the point. */
  readonly drive: (point?: CrashPoint | CrashMoment, request?: DriverPlan['request']) => Promise<DriverEnd>;
  /** Each point kills one driver more, and a last one carries the batch to its end; gives what all of them printed. */
  readonly crash: (points: readonly CrashStep[]) => Promise<string>;
  /** Drives it in a process that the caller watches; `takeOver` from whoever drives it now. */
  readonly start: (options?: { readonly takeOver?: boolean; readonly settled?: string }) => Promise<OtherProcess>;
  readonly journal: () => Promise<readonly JournalEvent[]>;
  readonly outcome: () => Promise<CrashOutcome>;
  /** What agents wrote of `writingDraft` and is nowhere any more; what was on the disk after a crash counts as written. */
  readonly lost: () => Promise<readonly string[]>;
};

const firstBatch = '01.01';
/** Milliseconds after which a driver is taken for one that hangs. */
const longest = 300_000;
const driverTool = () => path.join(projectRoot(), 'out', 'test', 'integration', 'recovery', 'crashingDriver.tool.mjs');

export type CrashBatchOptions = {
  /** Ids of its tasks; their threads follow from them. */
  readonly tasks?: readonly string[];
  /** The `PLAN.md`, instead of one whose threads say nothing of each other. */
  readonly plan?: string;
  /** The batch or the stage that is carried out. */
  readonly scope?: string;
  /** What each agent does before it reports; by default it writes a file of its own. */
  readonly script?: (task: string) => readonly string[];
  /** What the agents do, instead; played in order for prompts that name the label. */
  readonly scripts?: readonly ModelScript[];
  /** More files of the repository. */
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
};

/** Batches whose drivers and server are killed at chosen lines of the journal, and what they came to. One batch at a time. */
export class CrashHarness {
  private constructor(
    readonly runs: RunHarness,
    private readonly port: number,
  ) {}

  static async start(port: number): Promise<CrashHarness> {
    return new CrashHarness(await RunHarness.start(port), port);
  }

  /** A fresh repository: two threads of two tasks, unless told otherwise. */
  async batch(options: CrashBatchOptions = {}): Promise<CrashBatch> {
    const tasks = options.tasks ?? ['01.01.01.01', '01.01.01.02', '01.01.02.01', '01.01.02.02'];
    const script = options.script ?? (task => [`[[write out/${task}.txt|the work of ${task}]]`]);
    const { model } = this.runs;
    model.replaceScripts(options.scripts ?? tasks.map(task => working(task, ...script(task))));
    const seen = model.requests.length;
    const threads = [...new Set(tasks.map(task => task.slice(0, 8)))];
    const project = await this.runs.project({
      threads: threads.map(thread => `${thread} Thread ${thread.slice(-1)}`),
      tasks: Object.fromEntries(tasks.map(task => [task, 'pending'])),
      ...(options.files ? { files: options.files } : {}),
      ...(options.plan === undefined ? {} : { plan: options.plan }),
    });
    const { root } = project;
    const scope = { root, batch: options.scope ?? firstBatch };
    const settings = options.settings ?? {};
    const drafts = new Set<string>();
    const drive: CrashBatch['drive'] = async (point, request) => {
      const end = await this.drive({ ...scope, settings, ...(request ? { request } : {}) }, point);
      for (const draft of await draftsOnDisk(root)) drafts.add(draft);
      return end;
    };
    return {
      project,
      drive,
      crash: async points => {
        const story: string[] = [];
        for (const point of points) {
          const { isHit, output } = await drive({ victim: 'driver', nth: 1, ...point });
          story.push(`${JSON.stringify(point)}\n${output}`);
          assert.ok(isHit, `${JSON.stringify(point)} was never reached: ${story.join('\n---\n')}`);
        }
        story.push((await drive()).output);
        return story.join('\n---\n');
      },
      journal: async () => (await readJournal(journalFile(journalFolder(path.join(root, '.git'), streamId)))).events,
      start: ({ takeOver = false, settled } = {}) => this.start({ ...scope, settings, takeOver }, settled),
      outcome: () => this.outcome(project, { tasks, threads, seen }),
      lost: () => lostDrafts(root, new Set([...drafts, ...toldDrafts(model, seen)])),
    };
  }

  async dispose(): Promise<void> {
    await this.runs.dispose();
  }

  private async drive(
    plan: Pick<DriverPlan, 'root' | 'batch' | 'settings' | 'request'>,
    point: CrashPoint | CrashMoment | undefined,
  ): Promise<DriverEnd> {
    const isMoment = point !== undefined && 'after' in point;
    const driver = await this.start({ ...plan, ...(point && !isMoment ? { point } : {}) });
    const limit = setTimeout(() => driver.kill('SIGKILL'), longest);
    const hit = isMoment ? Promise.race([pause(point.after).then(() => this.kill(point.victim, driver)), driver.ended]) : undefined;
    const code = await driver.ended;
    clearTimeout(limit);
    const { output } = driver;
    return { isFinished: code !== null, isHit: (await hit) === true || code === null || output.includes('killed\n'), output };
  }

  async killServer(): Promise<void> {
    const state = await readServerState(this.runs.stateDirectory);
    if (state) process.kill(state.pid, 'SIGKILL');
  }

  private async kill(victim: CrashPoint['victim'], driver: OtherProcess): Promise<boolean> {
    const pid = victim === 'driver' ? undefined : (await readServerState(this.runs.stateDirectory))?.pid;
    if (victim !== 'server') driver.kill('SIGKILL');
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    return victim !== 'server' || pid !== undefined;
  }

  private async start(
    changes: Pick<DriverPlan, 'root' | 'batch' | 'settings' | 'point' | 'takeOver' | 'request'>,
    settled?: string,
  ): Promise<OtherProcess> {
    const plan: DriverPlan = {
      ...changes,
      stateDirectory: this.runs.stateDirectory,
      pluginFile: path.join(projectRoot(), 'dist', 'plugin.js'),
      workScript: path.join(projectRoot(), 'dist', 'work.js'),
      environment: this.runs.programEnvironment,
      settings: { 'work.opencode.path': opencodeBinary(), 'work.server.port': this.port, ...changes.settings },
    };
    const file = path.join(plan.root, '.git', `driver-plan-${randomUUID()}.json`);
    await writeFile(file, JSON.stringify(plan));
    return otherProcess(driverTool(), [file], settled);
  }

  private async outcome(
    project: Project,
    of: { readonly tasks: readonly string[]; readonly threads: readonly string[]; readonly seen: number },
  ): Promise<CrashOutcome> {
    const branch = `refs/heads/work/${streamId}`;
    const [listed, merges, snapshot, threadsFile] = await Promise.all([
      project.git('ls-tree', '-r', branch),
      project.git('log', '--format=%(trailers:key=Thread,valueonly,separator=%x20)', '--merges', branch),
      project.snapshot(),
      readFile(path.join(project.root, 'work', streamId, 'threads.json'), 'utf8'),
    ]);
    const nodes = snapshot.stages.flatMap(stage => stage.batches.flatMap(({ threads }) => threads.flatMap(thread => thread.tasks)));
    const records = JSON.parse(threadsFile) as {
      readonly threads: readonly { readonly sessions: readonly { readonly status: string }[] }[];
    };
    return {
      tree: listed
        .split('\n')
        .filter(line => !line.includes('\tdrafts/'))
        .map(line => line.replace(/^\S+ \S+ (\S+)\t/, '$1 ')),
      tasks: await project.tasks(),
      merges: Object.fromEntries(of.threads.map(thread => [thread, merges.split('\n').filter(line => line.trim() === thread).length])),
      prompts: Object.fromEntries(of.tasks.map(task => [task, this.promptsOf(task, of.seen)])),
      attempts: Object.fromEntries(nodes.map(task => [task.id, task.attempts.map(({ outcome }) => outcome ?? 'open')])),
      sessions: records.threads.flatMap(({ sessions }) => sessions.map(({ status }) => status)),
    };
  }

  /** By the longest conversation that the model saw of each session. */
  private promptsOf(task: string, seen: number): { readonly sessions: number; readonly prompts: number } {
    const requests = this.runs.model.requests.slice(seen).filter(request => request.label === task && request.tools.length > 0);
    const last = [...new Map(requests.map(request => [request.session, request])).values()];
    const texts = last.flatMap(({ messages }) => messages.filter(({ role }) => role === 'user').map(({ text }) => text));
    return { sessions: last.length, prompts: texts.filter(text => text.includes('Do this one task of the thread')).length };
  }
}
