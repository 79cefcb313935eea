import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { detectEra, readOnlyReason, threadsAsTasks, type Era } from '../../domain/files/era';
import type { TaskRecord, ThreadRecord } from '../../domain/files/records';
import { storedPromptPath } from '../../domain/files/workPaths';
import { parsePlan, planNotFound } from '../../domain/plan/parsePlan';
import type { ParsedPlan } from '../../domain/plan/planDocument';
import type { FileProblem } from '../../domain/tree/nodes';
import type { Read } from './readJsonFile';
import { readText } from './readText';
import { readStateFile, tasksFile, threadsFile } from './stateFile';

/** Everything that the folder of a workstream says. Reading it changes no file. */
export type WorkstreamFiles = {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly planPath: string;
  readonly planText: string | undefined;
  /** Without a PLAN.md: no plan, and a diagnostic that says so. */
  readonly plan: ParsedPlan;
  /** SHA-256 of PLAN.md in hexadecimal, as approvals keep it. */
  readonly planHash: string | undefined;
  /** Where threads hold the status, one task per thread with the thread's id. */
  readonly tasks: Read<readonly TaskRecord[]>;
  readonly threads: Read<readonly ThreadRecord[]>;
  readonly era: Era;
  /** Why it is shown but not written, if so. */
  readonly readOnly: string | undefined;
  /** The index lists it, but there is no such folder. */
  readonly missing: boolean;
  readonly problems: readonly FileProblem[];
};

/** `folder`: the workstream's, absolute; `work` the folder around it. Never throws. */
export async function readWorkstream(work: string, folder: string): Promise<WorkstreamFiles> {
  const id = path.basename(folder);
  const planPath = path.join(folder, 'PLAN.md');
  if (!(await isFolder(folder))) return missingWorkstream(id, folder, planPath);

  const [planRead, tasks, threads, evidence] = await Promise.all([
    readText(planPath),
    readStateFile(path.join(folder, 'tasks.json'), tasksFile),
    readStateFile(path.join(folder, 'threads.json'), threadsFile),
    eraEvidence(work, folder),
  ]);
  const planText = planRead.kind === 'ok' ? planRead.text : undefined;
  const plan = planText === undefined ? { plan: undefined, diagnostics: [planNotFound(planPath)] } : parsePlan(planText);
  const threadRecords = threads.kind === 'ok' ? threads.value : undefined;
  const era = detectEra({ ...evidence, tasks: tasks.kind === 'ok' ? tasks.value : [], threads: threadRecords });
  return {
    id,
    folder,
    planPath,
    planText,
    plan,
    planHash: planText === undefined ? undefined : createHash('sha256').update(planText, 'utf8').digest('hex'),
    tasks: era === 'threads' && threads.kind === 'ok' ? { ...threads, value: threadsAsTasks(threads.value), problems: [] } : tasks,
    threads,
    era,
    readOnly: readOnlyReason(era),
    missing: false,
    problems: [
      ...(planRead.kind === 'bad'
        ? [{ file: planPath, severity: 'error' as const, message: `PLAN.md cannot be read: ${planRead.message}.` }]
        : []),
      ...(era === 'threads' ? [] : problemsOf(tasks)),
      ...problemsOf(threads),
      ...strayPrompts(id, path.join(folder, 'threads.json'), threadRecords ?? []),
    ],
  };
}

/** What a workstream's files say about its generation. */
export async function eraEvidence(work: string, folder: string): Promise<{ newerLayout: boolean; agents: 'yaml' | 'md' | 'none' }> {
  const [yaml, md, newerLayout] = await Promise.all([
    exists(path.join(work, 'agents.yaml')),
    exists(path.join(work, 'AGENTS.md')),
    hasNewerLayout(folder),
  ]);
  return { newerLayout, agents: yaml ? 'yaml' : md ? 'md' : 'none' };
}

/** Folders of the layout that is written, which hold no stages. */
const knownFolders = new Set(['prompts', 'reports', 'files', 'docs']);

/** A database in the folder, requirements in a folder per stage, or a plan per stage below `stages/`. */
async function hasNewerLayout(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(entry => entry.isFile() && entry.name.endsWith('.sqlite'))) return true;
  const stages = await readdir(path.join(folder, 'stages')).catch(() => []);
  const signs = [
    ...entries
      .filter(entry => entry.isDirectory() && !knownFolders.has(entry.name))
      .map(entry => path.join(folder, entry.name, 'REQUIREMENTS.md')),
    ...stages.flatMap(stage => ['REQUIREMENTS.md', 'PLAN.md'].map(name => path.join(folder, 'stages', stage, name))),
  ];
  return (await Promise.all(signs.map(exists))).includes(true);
}

function missingWorkstream(id: string, folder: string, planPath: string): WorkstreamFiles {
  return {
    id,
    folder,
    planPath,
    planText: undefined,
    plan: { plan: undefined, diagnostics: [] },
    planHash: undefined,
    tasks: { kind: 'absent' },
    threads: { kind: 'absent' },
    era: 'primary',
    readOnly: undefined,
    missing: true,
    problems: [
      {
        file: path.join(path.dirname(folder), 'index.json'),
        severity: 'warning',
        message: `The folder work/${id} is missing; index.json lists it. Restore the folder, or take its entry out of index.json.`,
      },
    ],
  };
}

function strayPrompts(streamId: string, file: string, threads: readonly ThreadRecord[]): readonly FileProblem[] {
  return threads
    .filter(({ promptPath }) => promptPath !== undefined && storedPromptPath(streamId, promptPath) === undefined)
    .map(({ threadId }) => ({
      file,
      severity: 'warning',
      message: `The promptPath of thread ${threadId} is no file of this workstream; the usual path is used.`,
    }));
}

function problemsOf(read: Read<unknown>): readonly FileProblem[] {
  return read.kind === 'ok' ? read.problems : read.kind === 'bad' ? [read.problem] : [];
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
