import { formatId } from '../../src/domain/ids';
import type { Random } from './random';

/** One thread of a planted graph. `needs`: what it says it depends on; undefined says nothing. `shares`: files that others say too. */
export type PlantedThread = {
  readonly id: string;
  readonly needs: readonly string[] | undefined;
  readonly shares: readonly string[];
  /** How its agent says that file, as a path or a glob. */
  readonly files: readonly string[];
  /** Its agent waits until as many as the limit wait with it. */
  readonly meets: boolean;
  readonly isBlocked: boolean;
};

export type SchedulePlan = { readonly limit: number; readonly threads: readonly PlantedThread[] };

const perBatch = 8;

/**
 * A stage whose dependencies have nothing to do with its batches: a first group of as many threads as the limit that depend on nothing,
 * a second one that depends on all of these, and others at random; some of them share files, some end blocked, some say nothing.
 */
export function randomSchedulePlan(random: Random, count: number, limit: number): SchedulePlan {
  const ids = shuffled(
    Array.from({ length: count }, (_, index) => formatId(1, Math.floor(index / perBatch) + 1, (index % perBatch) + 1)),
    random,
  );
  const threads = ids.map((id, index): PlantedThread => {
    const plain = { id, shares: [], files: [`out/${id}.*`], meets: true, isBlocked: false };
    if (index < limit) return { ...plain, needs: [] };
    if (index < 2 * limit && count >= 2 * limit) return { ...plain, needs: ids.slice(0, limit) };
    const needs = [...new Set(Array.from({ length: random(0, 3) }, () => ids[random(0, index - 1)] ?? ''))];
    const shares = random(1, 3) === 1 ? [`shared/${random(1, Math.max(1, Math.floor(count / 12)))}.txt`] : [];
    const files = shares.map(file => (random(1, 2) === 1 ? file : file.replace('.txt', '.*')));
    return { id, needs, shares, files: [...plain.files, ...files], meets: false, isBlocked: random(1, 12) === 1 };
  });
  return { limit, threads: withSilent(threads, random).toSorted((left, right) => (left.id < right.id ? -1 : 1)) };
}

/** What each thread waits for: what it says, else all of the batch before its own. Counted here once more, by hand. */
export function plantedNeeds({ threads }: Pick<SchedulePlan, 'threads'>): ReadonlyMap<string, readonly string[]> {
  const batchOf = (id: string) => id.slice(0, 5);
  const batches = [...new Set(threads.map(({ id }) => batchOf(id)))].sort();
  return new Map(
    threads.map(({ id, needs }) => {
      const before = batches[batches.indexOf(batchOf(id)) - 1];
      return [id, needs ?? threads.flatMap(other => (batchOf(other.id) === before ? other.id : []))];
    }),
  );
}

/** Lets up to two threads say nothing where that makes no circle. */
function withSilent(threads: readonly PlantedThread[], random: Random): readonly PlantedThread[] {
  let told = threads;
  for (let tries = 0; tries < 2; tries++) {
    const chosen = threads[random(0, threads.length - 1)];
    if (!chosen || chosen.meets) continue;
    const next = told.map(thread => (thread.id === chosen.id ? { ...thread, needs: undefined } : thread));
    if (!hasCircle(plantedNeeds({ threads: next }))) told = next;
  }
  return told;
}

function hasCircle(needs: ReadonlyMap<string, readonly string[]>): boolean {
  const left = new Map(needs);
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [id, waits] of left) if (!waits.some(other => left.has(other))) left.delete(id);
  }
  return left.size > 0;
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(random(0, rest.length - 1), 1));
}

/** The `PLAN.md` that says all this. */
export function schedulePlanText({ threads }: Pick<SchedulePlan, 'threads'>): string {
  const lines = [
    '# Plan: Graph',
    '',
    '## Summary',
    '',
    'For tests.',
    '',
    '## Stages',
    '',
    '### Stage 01: All',
    '',
    '#### Definition',
    '',
    'D.',
    '',
    '#### Batches',
  ];
  let batch = '';
  for (const { id, needs, files } of threads) {
    const [, batchNumber = '', threadNumber = ''] = id.split('.');
    if (batchNumber !== batch) lines.push('', `##### Batch ${batchNumber}: Batch ${batchNumber}`);
    batch = batchNumber;
    lines.push('', `###### Thread ${threadNumber}: Thread ${id}`, '', '**Summary:** Writes its files.');
    if (needs) lines.push('', `**Depends on:** ${needs.length === 0 ? 'none' : needs.join(', ')}`);
    lines.push('', `**Files:** ${files.join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}
