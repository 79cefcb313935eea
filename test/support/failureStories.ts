import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Tells, in lines, what a failed test left to look at. */
type Story = () => Promise<readonly string[]> | readonly string[];

/** Where the runners of all tiers find them, whichever bundle they come from. */
const key = Symbol.for('workstreams.failureStories');
const shared = globalThis as typeof globalThis & { [key]?: Set<Story> };

/** Has `story` told when a test fails. Forget it by what is returned. */
export function addFailureStory(story: Story): () => void {
  const stories = (shared[key] ??= new Set());
  stories.add(story);
  return () => void stories.delete(story);
}

/** All that is to be told now. */
export async function failureStory(): Promise<readonly string[]> {
  return (await Promise.all([...(shared[key] ?? [])].map(async story => story()))).flat();
}

const lines = (text: string, count: number) => text.trimEnd().split('\n').slice(-count);

/** The last lines of all journals of a repository. */
export async function journalStory(root: string, count = 15): Promise<readonly string[]> {
  const folder = path.join(root, '.git', 'work');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const told = names
    .filter(name => path.basename(name) === 'journal.jsonl')
    .map(async name => [`journal ${path.join(folder, name)}:`, ...lines(await readFile(path.join(folder, name), 'utf8'), count)]);
  return (await Promise.all(told)).flat();
}
