import path from 'node:path';
import { anySignal } from '../../common/abort';
import { AwakeLimit } from '../../common/awakeTime';
import { isoTime, type Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';
import { mostEntries } from '../../domain/multitask/multitaskPlanText';
import type { JournalEvent } from '../../domain/journal/events';
import { multitaskReport, statusLines, type EntryEnd, type MultitaskMode } from '../../domain/multitask/multitaskReport';
import { parseMultitask } from '../../domain/multitask/parseMultitask';
import type { Settings } from '../../domain/settings/settings';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import { readText } from '../files/readText';
import type { WorkFiles } from '../files/workFiles';
import { writeText } from '../files/writeText';
import { originOf } from '../git/cloneBranch';
import type { Git } from '../git/git';
import { journalFile } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { toldAt } from '../recipes/readRecipe';
import { multitaskFolder, type Assignments } from '../run/assignments';
import type { Runs } from '../run/runs';
import { CappedLog } from './cappedLog';
import { EntryLog } from './entryLog';
import { EntryTracker } from './entryTracker';
import { withRecipes } from './entryRecipes';
import { makeWorkstream, type MultitaskWorkstream, type Wanted } from './makeWorkstream';

export type MultitaskServices = {
  readonly root: string;
  readonly files: WorkFiles;
  readonly git: Git;
  readonly runs: Runs;
  readonly opencode: OpencodeRuntime;
  readonly settings: () => Pick<Settings, 'multitask'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly snapshot: (stream: string) => Promise<WorkstreamSnapshot>;
};

export type MultitaskRequest = {
  /** Absolute. */
  readonly config: string;
  readonly mode?: MultitaskMode | undefined;
  /** For the entries that name none. */
  readonly recipe?: string | undefined;
  readonly isolation?: Assignments['isolation'] | undefined;
  /** Everything anew, though it was run before. */
  readonly again?: boolean | undefined;
  /** A person wants to go on here although another process drives. */
  readonly takeOver?: boolean | undefined;
  /** Milliseconds in which the machine is awake, for all of it (0 for no limit); or what is aborted when the time is up. */
  readonly limit?: number | AbortSignal | undefined;
  /** Milliseconds between two looks at how it stands. */
  readonly every?: number | undefined;
  /** Milliseconds that a stopped agent's processes have to end by themselves. */
  readonly grace?: number | undefined;
  /** Which times entries instead of the runtime's own. */
  readonly clock?: Clock | undefined;
};

export type MultitaskEnd =
  | { readonly kind: 'refused'; readonly problems: readonly string[] }
  | {
      readonly kind: 'finished';
      readonly stream: string;
      readonly ends: readonly EntryEnd[];
      /** The report's file; absolute. */
      readonly report: string;
      /** 0 when every entry succeeded, 130 when it was interrupted, else 1. */
      readonly exitCode: 0 | 1 | 130;
    };

/** Carries out configs of issues, branches and tasks: every entry on its own branch, which is merged nowhere and pushed nowhere. */
export class Multitasks {
  constructor(private readonly services: MultitaskServices) {}

  /**
   * Runs a config to its end. What was completed before is not run again; what failed or was cut off is. `tell` gets a plain line at a
   * time. An aborted signal stops every agent and what it runs, and the end is told all the same.
   */
  async run(request: MultitaskRequest, tell: (line: string) => void, signal: AbortSignal): Promise<MultitaskEnd> {
    const prepared = await this.prepare(request, tell);
    if ('problems' in prepared) return { kind: 'refused', problems: prepared.problems };
    signal.throwIfAborted();
    const { made } = prepared;
    tell(`Workstream ${made.id}: ${made.assignments.entries.length} entries${made.isNew ? '' : ', as they were left'}`);
    return this.carryOut(made, request, tell, signal);
  }

  /** In milliseconds, where a request names none. */
  private get times(): Required<Pick<MultitaskRequest, 'every' | 'grace'>> & { readonly limit: number } {
    const { limit, check, grace } = this.services.settings().multitask;
    return { limit: limit * 1000, every: check * 1000, grace: grace * 1000 };
  }

  private async prepare(
    { config, mode = 'recipe', isolation = 'worktree', again = false, recipe, grace = this.times.grace }: MultitaskRequest,
    tell: (line: string) => void,
  ): Promise<{ readonly problems: readonly string[] } | { readonly made: MultitaskWorkstream }> {
    const { root, git } = this.services;
    const relative = path.relative(root, config);
    const isInside = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
    const name = isInside ? relative.split(path.sep).join('/') : config;
    const read = await readText(config);
    if (read.kind !== 'ok') {
      return { problems: [read.kind === 'absent' ? `There is no file ${config}.` : `${name} cannot be read: ${read.message}.`] };
    }
    const { entries, problems } = parseMultitask(read.text, name);
    for (const problem of problems.filter(({ severity }) => severity === 'warning')) tell(`warning: ${toldAt(problem)}`);
    if (entries.length === 0) return { problems: problems.filter(({ severity }) => severity === 'error').map(toldAt) };
    if (entries.length > mostEntries) {
      return { problems: [`${name} has ${entries.length} entries; ${mostEntries} are the most that are run at once.`] };
    }
    if (isolation === 'clone') await originOf(git);
    const resolved = await withRecipes(this.services, entries, { mode, recipe, tell });
    const wanted: Wanted = { config: name, mode, isolation, grace, entries: resolved };
    return { made: await makeWorkstream(this.services, wanted, again) };
  }

  private async carryOut(
    { id, assignments, folder }: MultitaskWorkstream,
    { limit: wanted = this.times.limit, every = this.times.every, takeOver, clock = this.services.clock }: MultitaskRequest,
    tell: (line: string) => void,
    signal: AbortSignal,
  ): Promise<MultitaskEnd> {
    const { runs, snapshot } = this.services;
    const { entries, mode } = assignments;
    const [batch] = (await snapshot(id)).stages[0]?.batches ?? [];
    const done = new Set(batch?.threads.filter(({ status }) => status === 'completed').map(thread => thread.id));
    const tracker = new EntryTracker(entries, done, clock);
    for (const event of await eventsOfOpenRun(folder)) tracker.hear(event, Date.parse(event.at));
    const place = multitaskFolder(folder);
    const logOf = (issue: number) => path.join(place, `log-${issue}.txt`);
    const logs = this.openLogs(assignments, done, logOf);
    const startedAt = clock.now();
    const look = () => statusLines(isoTime(clock.now()).slice(11, 19), clock.now() - startedAt, tracker.status()).forEach(tell);
    const told = runs.news.onDidTell(news => {
      if (news.stream !== id) return;
      if ('notice' in news) {
        tell(news.notice);
        return;
      }
      const heard = tracker.hear(news.event);
      if (!heard) return;
      logs.get(heard.entry.thread)?.event(news.event);
      if (heard.line !== undefined) tell(heard.line);
    });
    const limit = new AwakeLimit(typeof wanted === 'number' ? wanted : 0); // disposed when the run has ended
    const timeUp = typeof wanted === 'number' ? limit.signal : wanted;
    const tellTimeUp = () => {
      const seconds = Math.round((clock.now() - startedAt) / 1000);
      for (const issue of tracker.status().running) tell(`[${issue}] Timed out after ${seconds}s, terminating…`);
    };
    timeUp.addEventListener('abort', tellTimeUp, { once: true });
    const looking = setInterval(look, every);
    try {
      look();
      if (done.size < entries.length) {
        const request = { stream: id, batch: '01.01', ignoreGate: true, ...(takeOver === undefined ? {} : { takeOver }) };
        const stopped = anySignal(signal, timeUp);
        const report = await runs.runBatch(request, stopped).catch((error: unknown) => {
          if (!stopped.aborted) throw error;
          return undefined; // it was over before anything began
        });
        if (report?.kind === 'refused') return { kind: 'refused', problems: report.findings.problems.map(({ message }) => message) };
      }
    } finally {
      clearInterval(looking);
      limit.dispose();
      timeUp.removeEventListener('abort', tellTimeUp);
      told.dispose();
      for (const log of logs.values()) log.dispose();
    }
    look();
    const ends = tracker.ends({ timedOut: timeUp.aborted, interrupted: signal.aborted }, logOf);
    const file = path.join(place, 'REPORT.md');
    const text = multitaskReport(mode, ends);
    await writeText(file, text);
    text.split('\n').forEach(tell);
    tell(`Report saved to: ${file}`);
    const exitCode = signal.aborted ? 130 : ends.every(end => end.exitCode === 0) ? 0 : 1;
    return { kind: 'finished', stream: id, ends, report: file, exitCode };
  }

  /** Logs of what is run now; those of what was completed before stay as they are. */
  private openLogs({ entries }: Assignments, done: ReadonlySet<string>, logOf: (issue: number) => string): ReadonlyMap<string, EntryLog> {
    const { opencode, logger } = this.services;
    return new Map(
      entries
        .filter(({ thread }) => !done.has(thread))
        .map(({ thread, issue }) => {
          const log = new CappedLog(logOf(issue), error => logger.warn(`${logOf(issue)} cannot be written: ${String(error)}`));
          return [
            thread,
            new EntryLog(log, (directory, session, listener) => {
              const follower = opencode.sessions.follow(directory, session); // disposed with what is returned
              follower.onActivity(listener);
              return follower;
            }),
          ];
        }),
    );
  }
}

/** What an earlier driver did of a run that goes on. */
async function eventsOfOpenRun(folder: string): Promise<readonly JournalEvent[]> {
  const { events, state } = await readJournal(journalFile(folder));
  const open = state.runs.find(({ finishedAt }) => finishedAt === undefined);
  const first = open === undefined ? -1 : events.findIndex(event => event.kind === 'run.started' && event.run === open.id);
  return first === -1 ? [] : events.slice(first);
}
