/** Files of a workstream's folder that keep its state, and folders of such files. */
const streamFiles = [
  'PLAN.md',
  'TASKS.md',
  'tasks.json',
  'threads.json',
  'COMPLETION.md',
  'METRICS.md',
  'REPORT.md',
  'source.json',
] as const;
const streamFolders = ['prompts', 'reports', 'aar'] as const;

/** The same as git pathspecs, relative to the repository's root. */
export const stateFilePathspecs: readonly string[] = [
  ...['json', 'yaml', 'md'].map(extension => `:(top,glob)work/*.${extension}`),
  ...streamFiles.map(name => `:(top,glob)work/*/${name}`),
  ...streamFolders.map(name => `:(top,glob)work/*/${name}/**`),
];

/**
 * Whether a path relative to the repository's root, with `/`, is one of the files that keep the plan and its state. Those live
 * in the main checkout only. Case does not matter: on two of three systems it does not matter to the file either.
 */
export function isStateFile(relativePath: string): boolean {
  const [work, stream, name, ...rest] = relativePath.toLowerCase().split('/');
  if (work !== 'work' || stream === undefined) return false;
  if (name === undefined) return /\.(json|yaml|md)$/.test(stream);
  if (rest.length === 0) return streamFiles.some(file => file.toLowerCase() === name);
  return streamFolders.some(folder => folder === name);
}
