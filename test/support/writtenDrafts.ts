import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runGit } from './gitRepository';
import type { ScriptedModel } from './scriptedModel';

const mark = /draft-[0-9a-f-]{36}/g;

/** A directive that writes a file that no other call ever wrote, and says what is in it. Needs `mintDrafts`. */
export const writingDraft = '[[bash mkdir -p drafts && echo {{draft}} | tee drafts/$(date +%s%N)-$$]]';

/** From now on `{{draft}}` is another text every time the model says it. */
export function mintDrafts(model: ScriptedModel): void {
  Object.defineProperty(model.vars, 'draft', { get: () => `draft-${randomUUID()}`, configurable: true });
}

/** Everything that agents wrote of `writingDraft`: what their calls told the model. A call that was cut off tells nothing. */
export function toldDrafts(model: ScriptedModel, seen: number): ReadonlySet<string> {
  const results = model.requests.slice(seen).flatMap(({ messages }) => messages.filter(({ role }) => role === 'tool'));
  return new Set(results.flatMap(({ text }) => text.match(mark) ?? []));
}

/** What is in a worktree of the repository now. */
export async function draftsOnDisk(root: string): Promise<ReadonlySet<string>> {
  const listed = await runGit(['worktree', 'list', '--porcelain'], root);
  const places = [...listed.matchAll(/^worktree (.+)$/gm)].map(([, place = '']) => path.join(place, 'drafts'));
  const found = await Promise.all(
    places.map(async place => {
      const names = await readdir(place).catch(() => []);
      return Promise.all(names.map(name => readFile(path.join(place, name), 'utf8')));
    }),
  );
  return new Set(found.flat(2).flatMap(text => text.match(mark) ?? []));
}

/** Those of the drafts that no ref leads to and that are in no worktree. */
export async function lostDrafts(root: string, drafts: Iterable<string>): Promise<readonly string[]> {
  const [objects, onDisk] = await Promise.all([runGit(['rev-list', '--objects', '--all'], root), draftsOnDisk(root)]);
  const reachable = new Set(objects.split('\n').map(line => line.slice(0, 40)));
  return [...drafts].filter(draft => !onDisk.has(draft) && !reachable.has(blobId(`${draft}\n`)));
}

const blobId = (text: string) =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
