import { formatId } from '../ids';

/** Where a thread stands in the plan, for the path of its prompt. */
export type PromptPlace = {
  readonly stage: { readonly number: number; readonly name: string };
  readonly batch: { readonly number: number; readonly name: string };
  readonly thread: { readonly name: string };
};

/** Long enough for every real name, short enough for every file system. */
const nameLimit = 200;

/** Signs are not collapsed: `Dependencies & Config` → `dependencies---config`. Two threads of a batch can so share a prompt. */
export function promptSlug(name: string): string {
  return name
    .replace(/[^a-zA-Z0-9_-]/g, '-')
    .toLowerCase()
    .slice(0, nameLimit);
}

/** Relative to `work/`, with `/`: `001-x/prompts/01-foundation/02-api/router.md`. */
export function promptPath(streamId: string, { stage, batch, thread }: PromptPlace): string {
  const numbered = ({ number, name }: PromptPlace['stage']) => `${formatId(number)}-${promptSlug(name)}`;
  return `${streamId}/prompts/${numbered(stage)}/${numbered(batch)}/${promptSlug(thread.name)}.md`;
}

/** `04-fix---x.md`: only white space becomes a hyphen (not the rule of prompts), and what separates folders is left out. */
export function reportFileName(stageNumber: number, stageName: string): string {
  const slug = stageName
    .toLowerCase()
    .replace(/[/\\:\x00-\x08\x0e-\x1f\x7f]/g, '')
    .replace(/\s+/g, '-');
  return `${formatId(stageNumber)}-${atMostBytes(slug, nameLimit)}.md`;
}

function atMostBytes(text: string, limit: number): string {
  let kept = '';
  for (const character of text) {
    if (new TextEncoder().encode(kept + character).length > limit) break;
    kept += character;
  }
  return kept;
}

/**
 * The parts of a relative path with `/` or `\` between them, or undefined when it could lead anywhere else than below the folder
 * it is relative to: absolute, with a drive, with `..`, with control characters.
 */
export function safeSegments(relative: string): readonly string[] | undefined {
  const segments = relative.split(/[/\\]/);
  return segments.every(isSafeName) ? segments : undefined;
}

/** One file or folder name that means the same on every system: no separator, no drive, no `.` or `..`, no dot or space at the end. */
export function isSafeName(name: string): boolean {
  return /^[^/\\:\x00-\x1f]+$/.test(name) && !/[. ]$/.test(name);
}
