import type { SourceProblem } from '../importedPlan';
import type { ChangeThread, Phase } from './phases';
import type { TaskLine } from './taskLines';

export type Dependencies = { of(key: string): readonly string[]; readonly problems: readonly SourceProblem[] };

const reference = /\b\d+(?:\.\d+)+\b/g;

/**
 * What waits for what in a change: what a task says behind "Depends on", what one of an earlier phase is referred to by, and what
 * the notes on parallelisation say. Everything else of a phase is independent. Phases follow each other anyway.
 */
export function dependenciesOf(lines: readonly TaskLine[], phases: readonly Phase[], file: string): Dependencies {
  const graph = new Graph(phases);
  for (const [index, { threads }] of phases.entries()) {
    for (const thread of threads) {
      for (const line of thread.text.split('\n')) {
        const declared = /depends?\s+on\**\s*:?\**\s*(.*)$/i.exec(line)?.[1];
        if (declared !== undefined) for (const number of declaredIn(declared, graph)) graph.add(thread.key, number);
        else for (const [number] of line.matchAll(reference)) if (graph.isBefore(number, index)) graph.add(thread.key, number);
      }
    }
  }
  const problems = readNotes(lines, graph, file);
  return { of: key => graph.needsOf(key), problems };
}

/** Who has which number, and who waits for whom. */
class Graph {
  private readonly owners = new Map<string, { readonly key: string; readonly phase: number }>();
  private readonly members = new Map<string, readonly string[]>();
  private readonly needs = new Map<string, Set<string>>();

  constructor(phases: readonly Phase[]) {
    for (const [phase, { number, threads }] of phases.entries()) {
      for (const thread of threads) this.own(thread, phase);
      if (number !== undefined) {
        this.members.set(
          number,
          threads.map(({ key }) => key),
        );
      }
    }
  }

  private own({ number, key, tasks }: ChangeThread, phase: number): void {
    for (const name of [...tasks.map(task => task.key), ...(number === undefined ? [] : [number])]) this.owners.set(name, { key, phase });
  }

  /** The threads that a number of a thread, task or phase stands for; none when it stands for nothing. */
  threadsOf(number: string): readonly string[] {
    const owner = this.owners.get(number);
    return owner ? [owner.key] : (this.members.get(number) ?? []);
  }

  isBefore(number: string, phase: number): boolean {
    const owner = this.owners.get(number);
    return owner !== undefined && owner.phase < phase;
  }

  phaseOf(key: string): number {
    return this.owners.get(key)?.phase ?? [...this.owners.values()].find(owner => owner.key === key)?.phase ?? 0;
  }

  /** `number`: of a thread, task or phase, or one that nobody has, which is kept to be told. */
  add(key: string, number: string): void {
    const needed = this.threadsOf(number);
    const set = this.needs.get(key) ?? new Set();
    for (const each of needed.length === 0 ? [number] : needed) if (each !== key || this.owners.has(number)) set.add(each);
    this.needs.set(key, set);
  }

  needsOf(key: string): readonly string[] {
    return [...(this.needs.get(key) ?? [])];
  }
}

/** The numbers behind "Depends on": `1.1, 1.3-1.5`, `Phase 1`, `none`. */
function declaredIn(text: string, graph: Graph): readonly string[] {
  const numbers = expandedNumbers(text);
  const phases = [...text.matchAll(/\b(?:phase|section)\s+(\d+)(?![.\d])/gi)].map(([, number]) => number ?? '');
  const bare = /^\s*\d+\s*$/.test(text) && graph.threadsOf(text.trim()).length > 0 ? [text.trim()] : [];
  return [...numbers, ...phases, ...bare];
}

/** `1.1-1.3, 2.1` → `1.1`, `1.2`, `1.3`, `2.1`. */
function expandedNumbers(text: string): readonly string[] {
  return [...text.matchAll(/\b(\d+(?:\.\d+)+)(?:\s*(?:-|–|—|to|through)\s*(\d+(?:\.\d+)+))?\b/g)].flatMap(([, first = '', last]) =>
    last === undefined ? [first] : range(first, last),
  );
}

function range(first: string, last: string): readonly string[] {
  const head = first.slice(0, first.lastIndexOf('.') + 1);
  const from = Number(first.slice(head.length));
  const to = Number(last.slice(last.lastIndexOf('.') + 1));
  if (!last.startsWith(head) || to < from || to - from > 999) return [first, last];
  return Array.from({ length: to - from + 1 }, (_, index) => `${head}${from + index}`);
}

/** `## Parallelization Notes`: batches that follow each other, chains, and single "1.3 depends on 1.1". */
function readNotes(lines: readonly TaskLine[], graph: Graph, file: string): readonly SourceProblem[] {
  const problems: SourceProblem[] = [];
  let isOpen = false;
  let isSequential = false;
  let batch: readonly string[] = [];
  let last: string | undefined;
  const wait = (key: string, needed: string) => {
    if (key !== needed && graph.phaseOf(needed) <= graph.phaseOf(key)) graph.add(key, needed);
  };
  for (const line of lines) {
    if (line.kind === 'heading') {
      if (line.depth <= 2) isOpen = /parallel/i.test(line.title);
      isSequential = /sequential|in order/i.test(line.title);
      last = undefined;
    }
    if (!isOpen || line.kind !== 'text') continue;
    const { text } = line;
    const numbers = expandedNumbers(text);
    for (const number of numbers.filter(each => graph.threadsOf(each).length === 0)) {
      problems.push({
        severity: 'warning',
        message: `There is no ${number}: the note on it is passed over.`,
        at: { file, line: line.line },
      });
    }
    const keysOf = (each: readonly string[]) => each.flatMap(number => graph.threadsOf(number));
    const [before, after] = text.split(/\b(?:depends? on|after|requires?|waits? for)\b/i);
    if (/\bsequential|in order\b/i.test(text)) [isSequential, last] = [true, undefined];
    else if (/\bparallel\b/i.test(text)) isSequential = false;
    if (/\bbatch\s+\d+\s*\**\s*[:(–-]/i.test(text)) {
      const members = keysOf(numbers);
      for (const key of members) for (const needed of batch) wait(key, needed);
      batch = members;
    } else if (after !== undefined && expandedNumbers(before ?? '').length > 0) {
      for (const key of keysOf(expandedNumbers(before ?? ''))) for (const needed of keysOf(expandedNumbers(after))) wait(key, needed);
    } else if (isSequential || /→|->/.test(text)) {
      const chain = keysOf(numbers);
      for (const [index, key] of chain.entries()) {
        const needed = index === 0 ? (chain.length === 1 ? last : undefined) : chain[index - 1];
        if (needed !== undefined) wait(key, needed);
      }
      last = chain.at(-1);
    }
  }
  return problems;
}
