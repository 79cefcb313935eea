import fc from 'fast-check';
import type { ImportedPlan, ImportedStage, ImportedThread } from '../../src/domain/sources/importedPlan';
import { taskStatuses } from '../../src/domain/taskStatus';

const at = { file: 'plan.md', line: 1 };

/** A thread of an imported plan with one task of its own name, and whatever else is said. */
export function threadOf(key: string, more: Partial<ImportedThread> = {}): ImportedThread {
  const title = more.title ?? `Thread ${key}`;
  const task = { key, title, status: 'pending' as const, at };
  return { key, title, at, summary: '', details: '', dependsOn: [], files: [], tasks: [task], ...more };
}

/** An imported plan of stages that each have the given threads. */
export function planOf(...stages: readonly (readonly ImportedThread[])[]): ImportedPlan {
  const named = stages.map((threads, index): ImportedStage => ({ title: `Stage ${index + 1}`, definition: '', threads }));
  return { kind: 'openspec', path: 'openspec/changes/add-auth', title: 'Add auth', summary: 'People log in.', stages: named };
}

/** Text that means something to a reader of Markdown, HTML, YAML or terminals. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '# x',
    '<script>alert(1)</script>',
    '`a`',
    '```',
    '~~~',
    '- [ ] x',
    'a\nb',
    '###### Thread 09: x',
    '<!-- x',
    '-->',
    'C #',
  ),
  fc.constantFrom(
    '',
    '   ',
    '**Details:** x',
    'Summary',
    '@agent:root',
    'x @agent:root',
    '| a |\n|---|',
    '===',
    '---',
    '1. x',
    '> q',
    '\\',
    '\u202ex',
  ),
  fc.constantFrom('**Depends on:** 01.01.01', '- Files: a', '\x1b[2J', 'x'.repeat(500), '😀'.repeat(150), '    code', '\t- x', '## Stages'),
);

/** Plans whose threads depend on earlier ones only, with titles and texts of any kind. */
export const importedPlans: fc.Arbitrary<ImportedPlan> = fc
  .tuple(
    hostileText,
    hostileText,
    fc.array(
      fc.record({
        title: hostileText,
        definition: hostileText,
        threads: fc.array(
          fc.record({
            title: hostileText,
            summary: hostileText,
            details: hostileText,
            needs: fc.array(fc.nat({ max: 12 }), { maxLength: 3 }),
            files: fc.array(fc.constantFrom('src/a.ts', 'test/**', 'docs/*.md'), { maxLength: 2 }),
            steps: fc.array(fc.record({ title: hostileText, status: fc.constantFrom(...taskStatuses) }), { minLength: 1, maxLength: 4 }),
          }),
          { maxLength: 6 },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([title, summary, stages]): ImportedPlan => {
    const before: string[] = [];
    const made = stages.map((stage): ImportedStage => {
      const threads = stage.threads.map((thread): ImportedThread => {
        const key = `t${before.length + 1}`;
        const dependsOn = thread.needs.flatMap(back => before[before.length - 1 - back] ?? []);
        before.push(key);
        const tasks = thread.steps.map((step, index) => ({ ...step, key: `${key}/${index + 1}`, at }));
        return { ...threadOf(key, { ...thread, dependsOn, tasks }) };
      });
      return { title: stage.title, definition: stage.definition, threads };
    });
    return { kind: 'tasks', path: 'tasks', title, summary, stages: made };
  })
  .filter(({ stages }) => stages.some(({ threads }) => threads.length > 0));
