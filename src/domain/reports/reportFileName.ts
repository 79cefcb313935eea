import { stripControl } from '../../common/text';

/**
 * The file of a stage's report, `04-fix---x.md`, and of a batch's, `04.01-y.md`: lower case, white space as hyphens and everything else as it is, like other tools of this format name it;
 * but never a path, and no name that a file system refuses.
 */
export function reportFileName({ id, name }: { readonly id: string; readonly name: string }): string {
  const slug = stripControl(name)
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[/\\:*?"<>|]/g, '');
  const short = Array.from(slug).slice(0, 100).join('');
  return `${id}-${short}.md`;
}

/** Which stage (`01`) or batch (`01.02`) a file of `reports/` is about; undefined for one of another name. */
export function reportedId(fileName: string): string | undefined {
  return /^(\d+(?:\.\d+)?)-.*\.md$/.exec(fileName)?.[1];
}
