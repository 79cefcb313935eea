import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './paths.mjs';

/** A copy of the fixture in a temporary folder, as a repository with one commit: a repository cannot be kept inside ours. */
export function fixtureWorkspace() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'work-fixture-')));
  cpSync(path.join(root, 'test', 'fixtures', 'workspace'), folder, { recursive: true });
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=Fixture', '-c', 'user.email=fixture@example.com', ...args], { cwd: folder, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message', 'Fixture');
  return folder;
}
