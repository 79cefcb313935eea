import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { draftFiles, parseDraft, type ChangeDraft, type DraftAnswer, type DraftFile } from '../../domain/specs/changeDraft';
import { draftCorrection, draftPrompt } from '../../domain/specs/draftPrompt';
import { isThere } from '../git/removalDemands';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { DraftError } from './draftError';
import { ReaderSession } from './readerSession';
import { validateDraft, writeDraft } from './validateDraft';

export type ChangeDraftServices = {
  readonly root: string;
  readonly opencode: OpencodeRuntime;
  readonly environment: ProgramEnvironment;
  readonly isTrusted: () => boolean;
  readonly refuseAgents: () => void;
};

/** A draft that a person may approve. */
export type DraftedChange = {
  readonly id: string;
  /** Paths relative to the change's folder. */
  readonly files: readonly DraftFile[];
  /** Whether `openspec validate --strict` took it; undefined where openspec is not there. */
  readonly isValidated: true | undefined;
};

/** An agent gets its draft back so often, with what is wrong. */
const corrections = 2;

/** Has an agent that only reads draft an OpenSpec change; it becomes files when a person approves. */
export class ChangeDrafts {
  constructor(private readonly services: ChangeDraftServices) {}

  /** @throws {DraftError}, {OpencodeError} */
  async draft(request: string, signal: AbortSignal): Promise<DraftedChange> {
    const { root, opencode, isTrusted, refuseAgents } = this.services;
    refuseAgents();
    if (!isTrusted()) throw new DraftError('untrusted', 'This workspace is not trusted: nothing is run.');
    await this.demandOpenspec();
    const [specs, changes] = await Promise.all([this.namesIn('specs'), this.namesIn('changes')]);
    const session = await ReaderSession.open(opencode, root, 'Draft of a change', signal);
    let said = await session.ask(draftPrompt({ request, specs, changes: changes.filter(name => name !== 'archive') }), signal);
    for (let corrected = 0; ; corrected++) {
      const judged = await this.judge(parseDraft(said, new Set(changes)), signal);
      if ('files' in judged) return judged;
      if (corrected === corrections) {
        throw new DraftError('no-draft', `The agent’s draft cannot be used, also when it was asked again: ${judged.problems.join('; ')}`);
      }
      said = await session.ask(draftCorrection(judged.problems), signal);
    }
  }

  /** Writes an approved draft; all of it or nothing. Gives its folder, relative to the root. @throws {DraftError} `taken` */
  async write({ id, files }: DraftedChange): Promise<string> {
    this.services.refuseAgents();
    await this.demandOpenspec();
    const changes = path.join(this.folder, 'changes');
    const target = path.join(changes, id);
    if (await isThere(target)) throw new DraftError('taken', `There is a change "${id}" already. Nothing was written.`);
    const place = await mkdtemp(path.join(this.folder, '.work-draft-'));
    try {
      await writeDraft(path.join(place, 'changes', id), files);
      if (!(await isThere(changes))) await rename(path.join(place, 'changes'), changes);
      else await rename(path.join(place, 'changes', id), target);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
    return `openspec/changes/${id}`;
  }

  private get folder(): string {
    return path.join(this.services.root, 'openspec');
  }

  private async judge(answer: DraftAnswer, signal: AbortSignal): Promise<DraftedChange | { readonly problems: readonly string[] }> {
    if (answer.kind === 'wrong') return answer;
    const drafted = { id: answer.draft.id, files: draftFiles(answer.draft satisfies ChangeDraft) };
    const validation = await validateDraft(this.folder, drafted, this.services.environment, signal);
    if (validation === undefined) return { ...drafted, isValidated: undefined };
    return validation.isValid ? { ...drafted, isValidated: true } : { problems: [validation.output] };
  }

  private async demandOpenspec(): Promise<void> {
    if (await isThere(this.folder)) return;
    throw new DraftError('no-openspec', 'This repository has no openspec folder. Make one with: openspec init');
  }

  private async namesIn(name: string): Promise<readonly string[]> {
    const entries = await readdir(path.join(this.folder, name), { withFileTypes: true }).catch(() => []);
    return entries
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => entry.name)
      .sort();
  }
}
