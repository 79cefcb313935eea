/** Ids of the plan's levels: stage `01`, batch `01.01`, thread `01.01.01`, task `01.01.01.01`. Numbers are plain ints, printed with two digits. */
export type Level = 'stage' | 'batch' | 'thread' | 'task';
const levels: readonly Level[] = ['stage', 'batch', 'thread', 'task'];

export function formatId(...numbers: readonly number[]): string {
  return numbers.map(number => String(number).padStart(2, '0')).join('.');
}

/** The id's numbers, or undefined when it is not one to four dot-separated numbers. */
export function parseId(id: string): readonly number[] | undefined {
  return /^\d+(\.\d+){0,3}$/.test(id) ? id.split('.').map(Number) : undefined;
}

export function levelOf(id: string): Level | undefined {
  const numbers = parseId(id);
  return numbers && levels[numbers.length - 1];
}

/** `01.01.02.03` → `01.01.02`; a stage has no parent. */
export function parentId(id: string): string | undefined {
  const cut = id.lastIndexOf('.');
  return cut < 0 ? undefined : id.slice(0, cut);
}

/** The ancestor of `id` at `level`, by its numbers: `('01.01.02.03', 'batch')` → `01.01`. */
export function ancestorId(id: string, level: Level): string {
  const numbers = parseId(id) ?? [];
  return formatId(...numbers.slice(0, levels.indexOf(level) + 1));
}

export function isWithin(id: string, ancestor: string): boolean {
  return id === ancestor || id.startsWith(`${ancestor}.`);
}

/** Numeric order, level by level: `2.1` before `10.1`. */
export function compareIds(left: string, right: string): number {
  const a = parseId(left) ?? [];
  const b = parseId(right) ?? [];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? -1) - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The same id with every number padded to two digits, or undefined when it is not an id. */
export function normalizeId(id: string): string | undefined {
  const numbers = parseId(id.trim());
  return numbers && formatId(...numbers);
}
