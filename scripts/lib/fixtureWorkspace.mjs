import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './paths.mjs';

/** A copy of the fixture in a temporary folder, as a repository with one commit: a repository cannot be kept inside ours. */
export function fixtureWorkspace() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'work-fixture-')));
  cpSync(path.join(root, 'test', 'fixtures', 'workspace'), folder, { recursive: true });
  const git = (...args) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'user.name', 'Fixture'); // tests commit there too, also where git does not know who somebody is
  git('config', 'user.email', 'fixture@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message', 'Fixture');
  return folder;
}
