import { DisposableStore } from '../common/disposables';
import type { Disposable } from '../common/event';
import { terminalName } from '../domain/names';
import type { ThreadNode } from '../domain/tree/nodes';
import type { Runtime } from '../runtime/createRuntime';
import type { WorkModel } from '../runtime/model/workModel';
import { MessageError } from '../runtime/run/sendToThread';
import { ThreadTranscript } from '../runtime/transcript/threadTranscript';
import { findThread, threadKey } from './terminals/threadName';
import type { TuiLaunch } from './terminals/terminalOptions';
import type { ThreadRef } from './terminals/transcript';

/** The transcripts that terminals show, one for each thread that was looked at. */
export class ThreadTranscripts implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly transcripts = new Map<string, ThreadTranscript>();

  constructor(
    private readonly runtime: Runtime,
    private readonly model: WorkModel,
  ) {}

  of(ref: ThreadRef): ThreadTranscript {
    const key = threadKey(ref);
    const known = this.transcripts.get(key);
    if (known) return known;
    const repository = this.runtime.repository(ref.root);
    const transcript = this.owned.add(
      new ThreadTranscript(ref.thread, {
        root: ref.root,
        opencode: this.runtime.opencode,
        thread: () => this.thread(ref),
        onDidAppend: repository.runs.news.onDidAppend,
        send: text => repository.sendMessage(ref.stream, ref.thread, text),
        abort: () => Promise.resolve(void repository.runs.stop(ref.thread)),
      }),
    );
    this.transcripts.set(key, transcript);
    return transcript;
  }

  /** How to open opencode's own interface on the thread's latest session. @throws {MessageError} when it has none. */
  async launchTui(ref: ThreadRef): Promise<TuiLaunch> {
    const thread = this.thread(ref);
    const launch = thread && (await this.runtime.attachCommand(ref.root, thread));
    if (!thread || !launch) throw new MessageError('no-session', `Thread ${ref.thread} has no session yet. Run it first.`);
    return {
      name: `${terminalName(thread.id, thread.name)} · opencode`, // the list of terminals shows the beginning only
      shellPath: launch.binary,
      shellArgs: launch.args,
      env: launch.environment,
      cwd: ref.root,
    };
  }

  dispose(): void {
    this.owned.dispose();
  }

  private thread(ref: ThreadRef): ThreadNode | undefined {
    return findThread(this.model.repositories, ref);
  }
}
