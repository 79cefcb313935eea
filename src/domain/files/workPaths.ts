import { formatId } from '../ids';

/** Long enough for every real name, short enough for every file system. */
const nameLimit = 200;

/** Signs are not collapsed: `Dependencies & Config` → `dependencies---config`. Two threads of a batch can so share a prompt. */
export function promptSlug(name: string): string {
  return name
    .replace(/[^a-zA-Z0-9_-]/g, '-')
    .toLowerCase()
    .slice(0, nameLimit);
}

/**
 * The prompt path that `threads.json` keeps for a thread (relative to `work/`), relative to the workstream's folder instead;
 * undefined when there is none or it is no prompt of this workstream.
 */
export function storedPromptPath(streamId: string, stored: string | undefined): string | undefined {
  const [stream, ...rest] = safeSegments(stored ?? '') ?? [];
  return stream === streamId && rest[0] === 'prompts' && rest.length > 1 ? rest.join('/') : undefined;
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
