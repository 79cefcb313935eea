import type { SourceKind } from '../../src/domain/sources/importedPlan';

/** Files of a source by their paths below the repository, with `/`. */
export type SourceTree = Readonly<Record<string, string>>;

/** One format of plans, as the table of corruptions needs it. */
export type SourceFormat = {
  readonly kind: SourceKind;
  /** What is imported. */
  readonly path: string;
  /** Nothing is written back into its files: a program of its own does that, where it is there, or they have no place for it. */
  readonly isNotWritten?: true;
  /** Its tasks cannot wait for each other. */
  readonly isFlat?: true;
  /** A good source of two tasks, the second waiting for the first. */
  readonly good: SourceTree;
  /** The good one with one task more, called `Third`, at the end. */
  readonly grown: SourceTree;
  /** As many tasks as are asked for, which wait for nothing. */
  readonly many: (count: number) => SourceTree;
  /** Each with what its problem says, and the file and line that it names. */
  readonly bad: Readonly<Partial<Record<Corruption, { readonly files: SourceTree; readonly at: string; readonly says: RegExp }>>>;
  /** Why it cannot have the others. */
  readonly cannotBe: Readonly<Partial<Record<Corruption, string>>>;
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

const task = (id: string, front: string, title = id): string => `---\nid: ${id}\nname: ${title}\n${front}\n---\n`;
const first = { 'tasks/1.md': task('api/first', 'status: pending', 'First') };
const twoFiles = { ...first, 'tasks/2.md': task('second', 'status: todo\ndepends_on: [api/first]', 'Second') };

const issue = (id: string, fields: object = {}): string => `${JSON.stringify({ id, title: id, ...fields })}\n`;
const blockedBy = (on: string) => ({ dependencies: [{ issue_id: 'x', depends_on_id: on, type: 'blocks' }] });
const issues = (...lines: readonly string[]): SourceTree => ({ '.beads/issues.jsonl': lines.join('') });
const twoIssues = [issue('app/1', { title: 'First' }), issue('app/2', { title: 'Second', ...blockedBy('app/1') })];

const entry = (issue: number, description: string, more: object = {}): object => ({
  ...{ issue, branch: `feat/${issue}`, description, task: `Do ${description}.`, ...more },
});
const config = (...entries: readonly unknown[]): SourceTree => ({ 'multitask.json': `${JSON.stringify(entries, undefined, 2)}\n` });
const twoEntries = [entry(1, 'First'), entry(2, 'Second')];

/** Every format that can be imported: whoever adds one adds it here. */
export const sourceFormats: readonly SourceFormat[] = [
  {
    kind: 'openspec',
    path: openspec,
    cannotBe: { 'wrong types': 'all of it is text' },
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
  {
    kind: 'tasks',
    path: 'tasks',
    cannotBe: {},
    good: twoFiles,
    grown: { ...twoFiles, 'tasks/3.md': task('third', 'status: pending', 'Third') },
    many: count =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`tasks/${index}.md`, task(`t${index}`, 'status: open')])),
    bad: {
      empty: { files: { 'tasks/1.md': '' }, at: 'tasks/1.md:1', says: /There is no task file in tasks/ },
      cyclic: {
        files: { 'tasks/1.md': task('a', 'depends_on: [b]'), 'tasks/2.md': task('b', 'depends_on:\n  - a') },
        at: 'tasks/1.md:4',
        says: /"a" depends on "b" depends on "a"/,
      },
      'duplicate ids': {
        files: { ...first, 'tasks/2.md': task('api/first', 'status: done') },
        at: 'tasks/2.md:2',
        says: /"api\/first" is there twice: in tasks\/1\.md, line 2/,
      },
      'wrong types': { files: { 'tasks/1.md': task('a', 'depends_on: {b: c}') }, at: 'tasks/1.md:4', says: /is not a list of texts/ },
      'unknown statuses': { files: { 'tasks/1.md': task('a', 'status: halfway') }, at: 'tasks/1.md:4', says: /"halfway" is no status/ },
      'half-written': { files: { ...first, 'tasks/2.md': '---\nid: second\nsta' }, at: 'tasks/2.md:1', says: /is not closed/ },
      'unknown ids': { files: { 'tasks/1.md': task('a', 'depends_on: [z]') }, at: 'tasks/1.md:4', says: /"z", which no file has/ },
      'not text': { files: { 'tasks/1.md': '---\nid: \udcff\n---\n' }, at: 'tasks/1.md:1', says: /cannot be read: it is not UTF-8 text/ },
    },
  },
  {
    kind: 'beads',
    path: '.beads',
    cannotBe: {
      'unknown statuses': 'a project may have statuses of its own',
      'unknown ids': 'an export may be of a part; who is not in it blocks nobody',
    },
    isNotWritten: true,
    good: issues(...twoIssues),
    grown: issues(...twoIssues, issue('app/3', { title: 'Third' })),
    many: count => issues(...Array.from({ length: count }, (_, index) => issue(`app-${index}`))),
    bad: {
      empty: { files: issues(''), at: '.beads/issues.jsonl:1', says: /There is no issue in/ },
      cyclic: {
        files: issues(issue('a', blockedBy('b')), issue('b', blockedBy('a'))),
        at: '.beads/issues.jsonl:1',
        says: /"a" waits for "b" waits for "a"/,
      },
      'duplicate ids': {
        files: issues(issue('a'), issue('b'), issue('a', { title: 'other' })),
        at: '.beads/issues.jsonl:3',
        says: /"a" is there twice: in line 1 and, with other words, in line 3/,
      },
      'wrong types': {
        files: issues(issue('a', { priority: 'high' })),
        at: '.beads/issues.jsonl:1',
        says: /"priority": .*expected number/,
      },
      'half-written': { files: issues(...twoIssues, '{"id":"app-3","ti'), at: '.beads/issues.jsonl:3', says: /only half of a record/ },
      'not text': { files: issues('{"id":"\udcff"}'), at: '.beads/issues.jsonl:1', says: /cannot be read: it is not UTF-8 text/ },
    },
  },
  {
    kind: 'multitask',
    path: 'multitask.json',
    cannotBe: {
      cyclic: 'its entries wait for nothing',
      'unknown ids': 'its entries name no others',
      'unknown statuses': 'its entries have none',
    },
    isNotWritten: true,
    isFlat: true,
    good: config(...twoEntries),
    grown: config(...twoEntries, entry(3, 'Third')),
    many: count => config(...Array.from({ length: count }, (_, index) => entry(index + 1, `Task ${index + 1}`))),
    bad: {
      empty: { files: { 'multitask.json': '' }, at: 'multitask.json:1', says: /./ },
      'duplicate ids': {
        files: config(entry(1, 'First'), entry(1, 'Second', { branch: 'feat/2' })),
        at: 'multitask.json:8',
        says: /Issue 1 is there twice, in lines 2 and 8/,
      },
      'wrong types': { files: config(entry(1, 'First', { branch: 7 })), at: 'multitask.json:4', says: /branch/ },
      'half-written': { files: { 'multitask.json': '[{"issue": 1, "bra' }, at: 'multitask.json:1', says: /./ },
      'not text': { files: { 'multitask.json': '["\udcff"]' }, at: 'multitask.json:1', says: /cannot be read: it is not UTF-8 text/ },
    },
  },
];
