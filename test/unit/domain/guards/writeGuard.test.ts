import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { guardWrite } from '../../../../src/domain/guards/writeGuard';

const posix = (target: string) => guardWrite({ worktree: '/repo/.worktrees/task-1', target, shown: target, flavour: path.posix });
const windows = (target: string) => guardWrite({ worktree: 'C:\\repo\\.worktrees\\task-1', target, shown: target, flavour: path.win32 });

describe('guardWrite', () => {
  const inside = '/repo/.worktrees/task-1';
  const allowed = [
    'src/a.js',
    'README.md',
    'completion.md',
    'work/001-x/files/stage-1/01-a/notes.md',
    'work/001-x/docs/design.md',
    'work/001-x/files/tasks.json',
    'work/notes.txt',
    'workspace/index.json',
    'packages/work/index.json',
    '.github/workflows/ci.yml',
    '.gitignore',
    '..config/a',
    'prompts/a.md',
    '.worktrees/x',
  ];
  for (const file of allowed) it(`lets ${file} pass`, () => assert.equal(posix(`${inside}/${file}`), undefined));

  const stateFiles = [
    'work/index.json',
    'work/agents.yaml',
    'work/AGENTS.md',
    'work/001-x/PLAN.md',
    'work/001-x/plan.MD',
    'work/001-x/TASKS.md',
    'work/001-x/tasks.json',
    'work/001-x/threads.json',
    'work/001-x/METRICS.md',
    'work/001-x/REPORT.md',
    'work/001-x/source.json',
    'work/001-x/prompts/01-a/01-b/c.md',
    'work/001-x/reports/01-a.md',
    'WORK/001-x/TASKS.json',
  ];
  for (const file of stateFiles) {
    it(`refuses the state file ${file}`, () => assert.match(posix(`${inside}/${file}`) ?? '', /keeps the state of the plan/));
  }

  for (const file of ['COMPLETION.md', 'work/001-x/COMPLETION.md', 'docs/COMPLETION.md', '../COMPLETION.md']) {
    it(`refuses ${file}`, () => assert.match(posix(path.posix.join(inside, file)) ?? '', /do NOT create COMPLETION\.md/));
  }

  const outside = ['/etc/passwd', '/repo/src/a.js', '/repo/work/index.json', '/repo/.worktrees/task-10/a', '/repo/.worktrees', '/', inside];
  for (const target of outside) {
    it(`refuses ${target}, which is not inside`, () => assert.match(posix(target) ?? '', /outside of your worktree\. Write only below/));
  }

  it("refuses git's own files", () => {
    assert.match(posix(`${inside}/.git`) ?? '', /belongs to git/);
    assert.match(posix(`${inside}/.git/hooks/post-commit`) ?? '', /belongs to git/);
  });

  it('knows the paths of Windows', () => {
    assert.equal(windows('c:\\repo\\.worktrees\\TASK-1\\src\\a.js'), undefined);
    assert.match(windows('D:\\elsewhere\\a.js') ?? '', /outside of your worktree/);
    assert.match(windows('C:\\repo\\src\\a.js') ?? '', /outside of your worktree/);
    assert.match(windows('C:\\repo\\.worktrees\\task-1\\Work\\001-x\\Tasks.json') ?? '', /keeps the state/);
  });

  it('refuses whatever is not below the worktree', () => {
    const segment = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), segments => {
        fc.pre(segments[0] !== 'repo');
        assert.ok(posix(`/${segments.join('/')}`));
      }),
    );
  });
});
