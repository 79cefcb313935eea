import { normalizeId, parseId } from './ids';

type Named = { readonly id: string; readonly name: string };

/** No entry, or more than one, is meant by what a person typed; the message lists what there is. */
export class NameResolutionError extends Error {
  override readonly name = 'NameResolutionError';

  constructor(
    readonly reason: 'not-found' | 'ambiguous',
    message: string,
  ) {
    super(message);
  }
}

/**
 * The stage that `query` means: its number or id, its name in any case, or a part of it that only one stage has.
 * @throws {NameResolutionError}
 */
export function resolveStage<T extends Named>(stages: readonly T[], query: string): T {
  return resolve('stage', stages, query, '');
}

/** The batch of a stage that `query` means, by the same rules. @throws {NameResolutionError} */
export function resolveBatch<T extends Named>(batches: readonly T[], query: string, stage?: Named): T {
  return resolve('batch', batches, query, stage ? ` in stage ${numberOf(stage)}` : '');
}

function resolve<T extends Named>(type: 'stage' | 'batch', entries: readonly T[], query: string, place: string): T {
  const wanted = query.trim();
  const title = type.charAt(0).toUpperCase() + type.slice(1);
  if (parseId(wanted)) {
    const found = entries.find(entry => entry.id === normalizeId(wanted) || (/^\d+$/.test(wanted) && numberOf(entry) === Number(wanted)));
    if (found) return found;
    const numbers = entries.map(numberOf).join(', ');
    throw new NameResolutionError('not-found', `${title} ${wanted} not found${place}. Available: ${numbers === '' ? 'none' : numbers}`);
  }
  const text = wanted.toLowerCase();
  const exact = entries.find(entry => entry.name.toLowerCase() === text);
  if (exact) return exact;
  const matches = text === '' ? [] : entries.filter(entry => entry.name.toLowerCase().includes(text));
  const [match, another] = matches;
  if (another) throw new NameResolutionError('ambiguous', `Ambiguous ${type} name "${wanted}". Matches: ${listed(matches)}`);
  if (match) return match;
  throw new NameResolutionError('not-found', `${title} "${wanted}" not found${place}. Available: ${listed(entries)}`);
}

const numberOf = ({ id }: Named) => parseId(id)?.at(-1) ?? 0;

const listed = (entries: readonly Named[]) => entries.map(entry => `${numberOf(entry)}: "${entry.name}"`).join(', ') || 'none';
