import { stripControl } from '../../common/text';
import type { StageNode } from '../tree/nodes';

/**
 * `04-fix---x.md`: lower case, white space as hyphens and everything else as it is, like other tools of this format name it;
 * but never a path, and no name that a file system refuses.
 */
export function reportFileName({ id, name }: Pick<StageNode, 'id' | 'name'>): string {
  const slug = stripControl(name)
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[/\\:*?"<>|]/g, '');
  const short = Array.from(slug).slice(0, 100).join('');
  return `${id}-${short}.md`;
}
