import assert from 'node:assert/strict';
import fc from 'fast-check';
import { guardCommand } from '../../../../src/domain/guards/commandGuard';

const refused = (line: string) => guardCommand(line).refusal !== undefined;

describe('guardCommand', () => {
  const refusedLines: readonly string[] = [
    'git push',
    'git push origin main',
    'git push --force-with-lease',
    'git push --dry-run',
    'git  push',
    '  git push',
    'git -C ../other push',
    'git -C "a b" -c push.default=current push',
    'git --git-dir=/x/.git --work-tree /x push',
    'git --no-pager push',
    '/usr/bin/git push',
    'C:\\\\Git\\\\bin\\\\git.exe push',
    '"git" push',
    'g\'i\'t pu"sh"',
    'g\\it push',
    'git \\\n push',
    'env X=1 git push',
    'env -u HOME X=1 git push',
    'env -S "git push"',
    'X=1 Y="a b" git push',
    'sudo git push',
    'sudo -u root -- git push',
    'nohup git push &',
    'timeout 10 git push',
    'timeout -k 5 -s KILL 10s git push',
    'nice -n 5 git push',
    'time git push',
    'command git push',
    'exec git push',
    'echo main | xargs git push origin',
    'xargs -n 1 -I{} git push {}',
    'find . -name x -exec git push \\;',
    'npm test && git push',
    'npm test; git push',
    'npm test || git push',
    'npm test & git push',
    'npm test |& git push',
    'npm test\ngit push',
    'npm test\r\ngit push\r\n',
    '(git push)',
    '( cd x && git push )',
    '{ git push; }',
    'if true; then git push; fi',
    'while ! git push; do true; done',
    'push() { git push; }; push',
    'case $x in a) git push;; esac',
    'echo $(git push)',
    'echo "$(git push)"',
    'echo `git push`',
    'x="`git push`"',
    'cat <(git push)',
    'git push>/dev/null 2>&1',
    '>log git push',
    '2>&1 git push',
    'bash -c "git push"',
    "sh -lc 'cd x; git push'",
    'eval "git push"',
    'eval git push',
    'cat <<EOF\ntext\nEOF\ngit push',
    'cat <<-"END"\n\ttext\n\tEND\ngit push',
    'cat <<<text; git push',
    'echo a # comment\ngit push',
    'git status; git fetch; git push; git log',
    'git worktree add ../x',
    'git worktree remove --force ../x',
    'git -C . worktree prune',
    'git switch main',
    'git switch -c new',
    'git switch -',
    'git switch --detach HEAD~1',
    'git checkout -b new',
    'git checkout -B main',
    'git checkout -qb new',
    'git checkout --orphan empty',
    'git checkout --detach',
    'git checkout -t origin/x',
    'git checkout -',
    'git checkout main --',
    'git branch -D task/1',
    'git branch -d -f x',
    'git branch -df x',
    'git branch --delete --force x',
    'git -c x=y branch -D x',
  ];
  for (const line of refusedLines) it(`refuses ${JSON.stringify(line)}`, () => assert.ok(refused(line)));

  const allowedLines: readonly string[] = [
    '',
    'git',
    'git status',
    'git commit -m "git push; git push"',
    "git commit -m 'stop; git push'",
    'git commit -am "Use `push`" ',
    'git log --grep push',
    'git stash push',
    'git add push',
    'git diff main...HEAD',
    'git fetch && git merge main',
    'git rebase main',
    'git reset --hard HEAD~1',
    'git clean -fd',
    'git branch',
    'git branch new',
    'git branch -d merged',
    'git branch -m old new',
    'git branch --list "D*"',
    'git checkout',
    'git checkout -- src/a.js',
    'git checkout HEAD -- src/a.js',
    'git checkout main src/a.js',
    'git checkout --theirs -- a',
    'git show HEAD:push',
    'git remote -v',
    'echo git push',
    'echo "git push"',
    "printf '%s\\n' 'git push'",
    'echo a; echo "b; git push"',
    'echo a # ; git push',
    'cat > notes.md <<EOF\ngit push\ngit switch main\nEOF',
    "cat <<'E O'\ngit push\nE O\necho done",
    'grep -r "git push" .',
    'npm run push',
    'gitk push',
    'mygit push',
    './git-push push',
    'git-lfs push',
    'sudo apt-get install git',
    'which git && echo push',
    'docker push x',
    'rm -rf build; npm publish --dry-run',
    'xargs -I git echo push',
    'hg push',
  ];
  for (const line of allowedLines) {
    it(`lets ${JSON.stringify(line)} pass`, () => assert.deepEqual(guardCommand(line), { refusal: undefined, checkouts: [] }));
  }

  it('leaves it to git what a single word of a checkout is', () => {
    assert.deepEqual(guardCommand('git checkout main'), { refusal: undefined, checkouts: ['main'] });
    assert.deepEqual(guardCommand('npm test && git checkout -q src/a.js; git checkout HEAD~2').checkouts, ['src/a.js', 'HEAD~2']);
  });

  it('answers any text, however broken, and says why when it refuses', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'git',
        ' ',
        'push',
        '"',
        "'",
        '`',
        '$(',
        ')',
        '(',
        '\\',
        '\n',
        ';',
        '<<',
        '<<EOF',
        'EOF',
        '#',
        '|',
        '&',
        '>',
        'checkout',
        '-',
        '--',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const { refusal } = guardCommand(pieces.join(''));
        assert.ok(refusal === undefined || refusal.includes('refused here'));
      }),
    );
  });

  it('finds a push behind anything that ends a command', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.constantFrom(';', '&&', '||', '|', '&', '\n', ' ; '), (words, end) => {
        assert.ok(refused(`echo ${words.join(' ')}${end}git push`));
      }),
    );
  });
});
