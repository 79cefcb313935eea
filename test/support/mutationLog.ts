import { appendFileSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { journalEventSchema, type JournalEvent } from '../../src/domain/journal/events';
import type { Write } from '../../src/runtime/journal/appender';
import { temporaryDirectory } from './temporaryDirectory';

/** A call that changes something: of git, or of the opencode server. */
export type Mutation =
  | {
      readonly by: 'git';
      readonly command: string;
      readonly args: readonly string[];
      readonly cwd: string;
      /** Of its own, beside the worktree's; empty when it works on the worktree's. */
      readonly index: string;
    }
  | { readonly by: 'http'; readonly method: string; readonly path: string; readonly directory: string };

/** In the order in which they happened. */
export type Logged =
  | { readonly kind: 'line'; readonly event: JournalEvent }
  | { readonly kind: 'begin' | 'end'; readonly id: string; readonly mutation: Mutation };

const [field, record] = ['\x1f', '\x1e'];
const changing = new Set(
  'add am branch checkout cherry-pick clean commit commit-tree merge mv read-tree rebase reset restore rm stash switch symbolic-ref tag update-index update-ref worktree'.split(
    ' ',
  ),
);

/** A shell script and not a program of ours, because git is called a hundred times; a record is one write, for others write too. */
const shim = (real: string, file: string) => `#!/bin/sh
note() { what=$1; shift; fields=$(printf '%s\\037' "$what" "$$" "$PWD" "$GIT_INDEX_FILE" "$@"); printf '%s\\036' "$fields" >> '${file}'; }
note git-begin "$@"
'${real}' "$@"
code=$?
note git-end "$@"
exit $code
`;

/** Writes down every changing call of git and of the server between `start` and `stop`, in one order with the journal's lines. */
export class MutationLog {
  private calls = 0;
  private restore: (() => void) | undefined;

  private constructor(
    private readonly folder: { readonly path: string; dispose(): Promise<void> },
    private readonly file: string,
  ) {}

  /** @param git The real one. */
  static async create(git: string): Promise<MutationLog> {
    const folder = await temporaryDirectory('mutations-');
    const file = path.join(folder.path, 'log');
    const script = path.join(folder.path, 'bin', 'git');
    await mkdir(path.dirname(script));
    await writeFile(file, '');
    await writeFile(script, shim(git, file));
    await chmod(script, 0o755);
    return new MutationLog(folder, file);
  }

  readonly journalWrite: Write = (descriptor, bytes) => {
    const written = writeSync(descriptor, bytes);
    this.note('line', bytes.toString().trimEnd());
    return written;
  };

  /** Before the repository is opened: its git keeps the environment of then. */
  start(): void {
    const { fetch: realFetch } = globalThis;
    const { PATH } = process.env;
    process.env.PATH = `${path.join(this.folder.path, 'bin')}${path.delimiter}${PATH ?? ''}`;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const directory = decodeURIComponent(request.headers.get('x-opencode-directory') ?? url.searchParams.get('directory') ?? '');
      const call = [String(++this.calls), request.method, url.pathname, directory];
      this.note('http-begin', ...call);
      try {
        return await realFetch(request);
      } finally {
        this.note('http-end', ...call);
      }
    };
    this.restore = () => {
      globalThis.fetch = realFetch;
      process.env.PATH = PATH;
    };
  }

  stop(): void {
    this.restore?.();
    this.restore = undefined;
  }

  clear(): void {
    writeFileSync(this.file, '');
  }

  read(): readonly Logged[] {
    return readFileSync(this.file, 'utf8').split(record).slice(0, -1).flatMap(parse);
  }

  async dispose(): Promise<void> {
    this.stop();
    await this.folder.dispose();
  }

  private note(...fields: readonly string[]): void {
    appendFileSync(this.file, `${fields.join(field)}${field}${record}`);
  }
}

function parse(text: string): readonly Logged[] {
  const [what = '', ...fields] = text.split(field).slice(0, -1);
  const [id = '', ...rest] = fields;
  if (what === 'line') return [{ kind: 'line', event: journalEventSchema.parse(JSON.parse(id)) }];
  const mutation = what.startsWith('git') ? gitMutation(rest) : httpMutation(rest);
  return mutation ? [{ kind: what.endsWith('begin') ? 'begin' : 'end', id: `${what.slice(0, 4)} ${id}`, mutation }] : [];
}

function gitMutation([cwd = '', index = '', ...all]: readonly string[]): Mutation | undefined {
  const first = all.findIndex((argument, at) => !argument.startsWith('-') && all[at - 1] !== '-c');
  const [command = '', ...args] = all.slice(first);
  const isReading =
    (command === 'worktree' && args[0] === 'list') ||
    (command === 'branch' && args.includes('--list')) ||
    (command === 'symbolic-ref' && args.filter(argument => !argument.startsWith('-')).length === 1);
  return changing.has(command) && !isReading ? { by: 'git', command, args, cwd, index } : undefined;
}

function httpMutation([method = '', url = '', directory = '']: readonly string[]): Mutation | undefined {
  return method === 'GET' ? undefined : { by: 'http', method, path: url, directory };
}
