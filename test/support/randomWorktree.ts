import { appendFile, chmod, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { diskContent } from './diskContent';
import { runGit } from './gitRepository';
import type { Random } from './random';

/** A name below a folder, one character a byte. */
type Name = string;
type Change = (worktree: string, random: Random) => Promise<unknown>;

const posix = process.platform !== 'win32';
const plain = ['new.txt', 'ünï.txt', '日本.md', '🚀', 'with space', '-rf', '--help', '%41', 'git~1', '.hidden', '$(x)', "it's"];
const odd = ['new\nline', '"quoted"', ' both ', 'tab\t', 'ends\r', 'back\\slash', 'a:b', '*?', '.GIT', '.git '];
const noText = Buffer.from([0xff, 0xfe, 0x80, 0x41]).toString('latin1');

const names: readonly Name[] = [...plain, ...(posix ? odd : [])]
  .map(name => Buffer.from(name).toString('latin1'))
  .concat(process.platform === 'linux' ? [noText] : []);
const extensions = ['', '.txt', '.auto', '.crlf', '.up'];
const folders = ['', '', 'b/', 'deep/er/', 'in-new/'];

const pick = <T>(random: Random, all: readonly T[]): T | undefined => all[random(0, all.length - 1)];
const inside = (worktree: string, name: Name) => Buffer.concat([Buffer.from(`${worktree}/`), Buffer.from(name, 'latin1')]);
const parent = (worktree: string, name: Name) => inside(worktree, name.slice(0, Math.max(0, name.lastIndexOf('/'))));

function content(random: Random): Buffer {
  const lines = Array.from({ length: random(0, 40) }, () => `Line ${random(0, 1e9)}${pick(random, ['\n', '\r\n', '\r', '\n']) ?? ''}`);
  const bytes = Buffer.from(Array.from({ length: random(0, 300) }, () => random(0, 255)));
  return (
    pick(random, [Buffer.from(lines.join('')), bytes, Buffer.alloc(0), Buffer.concat(Array.from({ length: 200 }, () => bytes))]) ?? bytes
  );
}

const newName = (random: Random): Name => `${pick(random, folders) ?? ''}${pick(random, names) ?? 'x'}${pick(random, extensions) ?? ''}`;

/** Something that is there, outside of any `.git`. */
async function existing(worktree: string, random: Random, kind: RegExp): Promise<Name | undefined> {
  const all = [...(await diskContent(worktree))].filter(([name, what]) => kind.test(what) && !/(^|\/)\.git(\/|$)/i.test(name));
  return pick(random, all)?.[0].replace(/\/$/, '');
}

async function put(worktree: string, name: Name, act: (place: Buffer) => Promise<unknown>): Promise<void> {
  await mkdir(parent(worktree, name), { recursive: true });
  if (await lstat(inside(worktree, name)).catch(() => undefined)) return;
  await act(inside(worktree, name));
}

async function innerRepository(worktree: string, random: Random, commits: number): Promise<void> {
  const folder = `${worktree}/${pick(random, ['inner', 'b/inner', 'inner/inner', 'ünner repository']) ?? 'inner'}`;
  await mkdir(folder, { recursive: true });
  await runGit(['init', '--quiet', '--initial-branch=main'], folder);
  await appendFile(`${folder}/.git/config`, '[user]\n\tname = In\n\temail = in@example.com\n');
  for (let number = 0; number < commits; number++) {
    await writeFile(`${folder}/in-${random(0, 3)}.txt`, content(random));
    await runGit(['add', '--', '.'], folder);
    await runGit(['commit', '--quiet', '--allow-empty', '-m', `Inner ${number}`], folder);
  }
  await writeFile(`${folder}/not committed.auto`, content(random));
}

const changes: Readonly<Record<string, Change>> = {
  'new file': (worktree, random) => put(worktree, newName(random), place => writeFile(place, content(random))),
  'edited file': async (worktree, random) => {
    const name = await existing(worktree, random, /^(file|program)/);
    if (name !== undefined) await writeFile(inside(worktree, name), content(random));
  },
  'deleted file': async (worktree, random) => {
    const name = await existing(worktree, random, /^(file|program|link)/);
    if (name !== undefined) await rm(inside(worktree, name));
  },
  'deleted folder': async (worktree, random) => {
    const name = await existing(worktree, random, /^folder/);
    if (name !== undefined) await rm(inside(worktree, name), { recursive: true });
  },
  'empty folder': (worktree, random) => mkdir(inside(worktree, `empty/${random(0, 9)}`), { recursive: true }),
  link: (worktree, random) =>
    put(worktree, `${newName(random)}-link`, place => symlink(pick(random, ['a.txt', '..', 'nowhere\nat all', '/etc', 'b']) ?? '.', place)),
  'x bit': async (worktree, random) => {
    const name = await existing(worktree, random, /^(file|program)/);
    if (name !== undefined) await chmod(inside(worktree, name), pick(random, [0o644, 0o755]) ?? 0o644);
  },
  'file for folder': async (worktree, random) => {
    const name = await existing(worktree, random, /^(file|folder)/);
    if (name === undefined) return;
    await rm(inside(worktree, name), { recursive: true });
    await put(worktree, pick(random, [name, `${name}/now in it`]) ?? name, place => writeFile(place, content(random)));
  },
  'ignored file': (worktree, random) => put(worktree, `build/${random(0, 9)}.bin`, place => writeFile(place, content(random))),
  staged: (worktree, random) => runGit(['add', '--', pick(random, ['b', 'a.txt', '.']) ?? '.'], worktree),
  unstaged: worktree => runGit(['rm', '--quiet', '--cached', '--', 'a.txt'], worktree),
  commit: worktree => runGit(['commit', '--quiet', '-m', 'Part'], worktree),
  detached: worktree => runGit(['checkout', '--quiet', '--detach'], worktree),
  'hidden change': async (worktree, random) => {
    await runGit(['update-index', '--assume-unchanged', 'kept.crlf'], worktree);
    await writeFile(`${worktree}/kept.crlf`, content(random));
  },
  'repository without commits': (worktree, random) => innerRepository(worktree, random, 0),
  'repository with commits': (worktree, random) => innerRepository(worktree, random, random(1, 3)),
};

/** What a fresh repository of a round holds: filters, line ends and names that git would not keep as they are. */
export const startingFiles: Readonly<Record<string, string>> = {
  'a.txt': 'one\n',
  'b/c.txt': 'two\n',
  'b/d.auto': 'three\nfour\n',
  'run.sh': '#!/bin/sh\n',
  '.gitignore': '/build/\n',
  '.gitattributes': '*.up filter=up\n*.crlf text eol=crlf\n*.auto text=auto\n',
  'kept.up': 'LOUD\n',
  'kept.crlf': 'one\ntwo\n',
};

/** Changes a worktree in one way and says which. What git or the disk refuses is no change. */
export async function changeAtRandom(worktree: string, random: Random): Promise<string> {
  const [what, change] = pick(random, Object.entries(changes)) ?? ['nothing', () => Promise.resolve()];
  await change(worktree, random).catch(() => undefined);
  return what;
}
