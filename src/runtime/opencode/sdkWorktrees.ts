import { realpath } from 'node:fs/promises';
import { anySignal } from '../../common/abort';
import type { Connection } from './connection';
import { OpencodeError } from './opencodeError';
import { request } from './request';
import type { SessionEvents } from './sessionEvents';

export type SdkWorktree = { readonly directory: string; readonly branch: string };

/**
 * Proves that the worktree may lose what is in it, or throws: git lists it, it really lies below the server's folder of
 * worktrees, it is neither the main checkout nor holds it, and it is clean or a snapshot of it was proved.
 */
export type ProveExpendable = (directory: string) => Promise<void>;

export type SdkWorktreesOptions = {
  readonly server: { ensure(signal?: AbortSignal): Promise<Connection> };
  readonly events: Pick<SessionEvents, 'connection' | 'onEvent' | 'onDidConnect'>;
  readonly prove: ProveExpendable;
};

/** How long the server may take for the files of a new worktree, in milliseconds. */
const readyWithin = 60_000;

/**
 * Worktrees that the opencode server makes: in its own folder, from the main checkout's HEAD, on a branch `opencode/<name>`. Its
 * `remove` and `reset` delete whatever directory they are given, uncommitted work and branch included; so none reaches them
 * without proof. `root` is the main checkout. Every call rejects with `OpencodeError`, with what the proof threw, or with the
 * signal's reason.
 */
export class SdkWorktrees {
  constructor(private readonly options: SdkWorktreesOptions) {}

  /** Resolves when the files are there. The server makes the name fit, and another one when it is taken. */
  async create(root: string, name: string, signal?: AbortSignal): Promise<SdkWorktree> {
    const { server, events } = this.options;
    const connection = await server.ensure(signal);
    const limit = anySignal(signal, AbortSignal.timeout(readyWithin));
    if (!events.connection) await this.listening(limit);
    const ready: string[] = [];
    const failed = new Map<string, string>();
    let tell: () => void = () => undefined;
    const subscription = events.onEvent(event => {
      if (event.type === 'worktree.ready') ready.push(event.properties.name);
      if (event.type === 'worktree.failed') failed.set(event.directory, event.properties.message); // another's may fail meanwhile
      tell();
    });
    try {
      const made = await request('make a worktree', { signal }, options =>
        connection.client(root).worktree.create({ worktreeCreateInput: { name } }, options),
      );
      while (!ready.includes(made.name) && !failed.has(made.directory)) {
        await settled(resolve => (tell = resolve), limit);
      }
      const failure = failed.get(made.directory);
      if (failure !== undefined) throw new OpencodeError('request-failed', `The opencode server could not make a worktree: ${failure}`);
      return { directory: made.directory, branch: made.branch ?? `opencode/${made.name}` };
    } finally {
      subscription.dispose();
    }
  }

  /** The directories that the server knows as worktrees of the repository. */
  async list(root: string, signal?: AbortSignal): Promise<readonly string[]> {
    const connection = await this.options.server.ensure(signal);
    return request('list worktrees', { signal }, options => connection.client(root).worktree.list({}, options));
  }

  /** Brings the worktree back to the default branch; the server fetches that from the repository's remote when it has one. */
  async reset(root: string, directory: string, signal?: AbortSignal): Promise<void> {
    const connection = await this.proved(root, directory, signal);
    await request('reset the worktree', { signal }, options =>
      connection.client(root).worktree.reset({ worktreeResetInput: { directory } }, options),
    );
  }

  /** Removes the worktree and its branch. */
  async remove(root: string, directory: string, signal?: AbortSignal): Promise<void> {
    const connection = await this.proved(root, directory, signal);
    await request('remove the worktree', { signal }, options =>
      connection.client(root).worktree.remove({ worktreeRemoveInput: { directory } }, options),
    );
  }

  private async listening(signal: AbortSignal): Promise<void> {
    let resolveNow: () => void = () => undefined;
    const subscription = this.options.events.onDidConnect(() => resolveNow());
    try {
      await settled(resolve => (resolveNow = resolve), signal);
    } finally {
      subscription.dispose();
    }
  }

  /** The proof comes last, so that little can change between it and the call. */
  private async proved(root: string, directory: string, signal?: AbortSignal): Promise<Connection> {
    const connection = await this.options.server.ensure(signal);
    const known = await Promise.all((await this.list(root, signal)).map(realPath));
    const place = await realPath(directory);
    if (place === (await realPath(root)) || !known.includes(place)) {
      throw new OpencodeError('no-such-directory', `${directory} was kept: the opencode server does not know it as a worktree of ${root}.`);
    }
    await this.options.prove(directory);
    return connection;
  }
}

const realPath = (place: string) => realpath(place).catch(() => place);

function settled(begin: (resolve: () => void) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    begin(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    if (signal.aborted) onAbort();
  });
}
