import type { ImportedPlan } from './importedPlan';

/** A workstream's name for a plan, in kebab case, that none of `taken` has: after the change's own name, else after the title. */
export function suggestName({ kind, path, title }: Pick<ImportedPlan, 'kind' | 'path' | 'title'>, taken: readonly string[]): string {
  const last =
    path
      .split('/')
      .at(-1)
      ?.replace(/\.[a-z]+$/i, '') ?? '';
  const name = (kind === 'openspec' ? kebab(last) || kebab(title) : kebab(title) || kebab(last)) || 'imported';
  let free = name;
  for (let number = 2; taken.includes(free); number++) free = `${name}-${number}`;
  return free;
}

const kebab = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
