import { promptSlug } from '../files/workPaths';

/**
 * The name of an after-action review's file: `stage-01-setup.md` for a stage, `2026-01-20-first-release.md` for a milestone.
 * `at`: ISO time.
 */
export function reviewFileName(milestone: string, { stage, at }: { readonly stage?: string | undefined; readonly at: string }): string {
  const slug = promptSlug(milestone.trim())
    .replace(/^-+|-+$/g, '')
    .replace(/-{2,}/g, '-');
  return `${stage === undefined ? at.slice(0, 10) : `stage-${stage}`}-${slug === '' ? 'review' : slug}.md`;
}
