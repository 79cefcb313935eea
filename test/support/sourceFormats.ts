import type { SourceKind } from '../../src/domain/sources/importedPlan';

/** Files of a source by their paths below the repository, with `/`. */
export type SourceTree = Readonly<Record<string, string>>;

/**
 * One format of plans, as the table of corruptions needs it. A corruption that a format cannot have is left out: openspec has no
 * types that could be wrong.
 */
export type SourceFormat = {
  readonly kind: SourceKind;
  /** What is imported. */
  readonly path: string;
  /** A good source of two tasks, the second waiting for the first. */
  readonly good: SourceTree;
  /** The good one with one task more, called `Third`, at the end. */
  readonly grown: SourceTree;
  /** As many tasks as are asked for, which wait for nothing. */
  readonly many: (count: number) => SourceTree;
  /** Each with what its problem says, and the file and line that it names. */
  readonly bad: Readonly<Partial<Record<Corruption, { readonly files: SourceTree; readonly at: string; readonly says: RegExp }>>>;
};

export const corruptions = [
  'empty',
  'cyclic',
  'duplicate ids',
  'wrong types',
  'unknown statuses',
  'half-written',
  'unknown ids',
  'not text',
] as const;
export type Corruption = (typeof corruptions)[number];

const openspec = 'openspec/changes/add-auth';
const tasksMd = (text: string): SourceTree => ({ [`${openspec}/tasks.md`]: text });
const two = '## 1. Auth\n\n- [ ] 1.1 First\n- [ ] 1.2 Second\n  - **Depends On:** 1.1\n';

/** Every format that can be imported: whoever adds one adds it here. */
export const sourceFormats: readonly SourceFormat[] = [
  {
    kind: 'openspec',
    path: openspec,
    good: tasksMd(two),
    grown: tasksMd(`${two}- [ ] 1.3 Third\n`),
    many: count =>
      tasksMd(`## 1. Auth\n\n${Array.from({ length: count }, (_, index) => `- [ ] 1.${index + 1} Task ${index + 1}\n`).join('')}`),
    bad: {
      empty: { files: tasksMd(''), at: `${openspec}/tasks.md:1`, says: /There are no tasks/ },
      cyclic: {
        files: tasksMd('## 1. A\n- [ ] 1.1 First (depends on 1.2)\n- [ ] 1.2 Second (depends on 1.1)\n'),
        at: `${openspec}/tasks.md:2`,
        says: /"1\.1" depends on "1\.2" depends on "1\.1"/,
      },
      'duplicate ids': {
        files: tasksMd('- [ ] 1.1 First\n\n- [ ] 1.1 Second\n'),
        at: `${openspec}/tasks.md:3`,
        says: /"1\.1" is there twice; first in .*line 1/,
      },
      'unknown statuses': {
        files: tasksMd('- [x] 1.1 First\n- [~] 1.2 Second\n'),
        at: `${openspec}/tasks.md:2`,
        says: /"\[~\]" is no state of a box/,
      },
      'half-written': { files: tasksMd(`${two}- [`), at: `${openspec}/tasks.md:6`, says: /may be half-written/ },
      'unknown ids': {
        files: tasksMd('- [ ] 1.1 First\n- [ ] 1.2 Second\n  **Depends on:** 7.7\n'),
        at: `${openspec}/tasks.md:2`,
        says: /depends on "7\.7", which is not there/,
      },
      'not text': { files: tasksMd('- [ ] 1.1 \udcff'), at: `${openspec}/tasks.md:1`, says: /cannot be read: it is not UTF-8 text/ },
    },
  },
];
