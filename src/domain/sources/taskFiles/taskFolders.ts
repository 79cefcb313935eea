/** The folder that all of these files are in, with its `/`; empty for the root. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map(path => path.slice(0, path.lastIndexOf('/') + 1));
  let common = folders[0] ?? '';
  for (const folder of folders) {
    while (!folder.startsWith(common)) common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
  }
  return common;
}

/** The first folder below `base` (with its `/`) on the way to a file; empty for a file in `base` itself. */
export function folderBelow(base: string, path: string): string {
  const rest = path.slice(base.length);
  return rest.slice(0, Math.max(0, rest.indexOf('/')));
}

/** `docs/user-login` → `User login` */
export function folderTitle(folder: string): string {
  const words = (folder.split('/').at(-1) ?? folder).replace(/[-_]+/g, ' ').trim() || folder;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
