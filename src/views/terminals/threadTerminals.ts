import * as vscode from 'vscode';
import type { Disposable } from '../../common/event';
import { Setting } from '../../contributions';
import type { RepositorySnapshot } from '../../domain/tree/nodes';
import type { ErrorHandler } from '../errors';
import type { PlanSource } from '../planSource';
import { localWords } from './localWords';
import { terminalOptions } from './terminalOptions';
import { TerminalMemory } from './terminalMemory';
import { findThread, neighbour, threadKey, threadsToVisit, threadTerminalName } from './threadName';
import { ThreadPty } from './threadPty';
import type { ThreadRef, ThreadTranscript } from './transcript';
import { TuiTerminals, type TuiTerminalsOptions } from './tuiTerminals';

export type ThreadTerminalsOptions = TuiTerminalsOptions & {
  readonly plans: PlanSource;
  readonly transcriptOf: (ref: ThreadRef) => ThreadTranscript;
  /** Remembers which terminals were open, over a reload of the window. */
  readonly memory: vscode.Memento;
  readonly onError: ErrorHandler;
};

type OpenTerminal = { readonly ref: ThreadRef; readonly terminal: vscode.Terminal; readonly pty: ThreadPty };

/** One terminal for each thread: opened when the thread starts, without taking the focus; opened again on demand. */
export class ThreadTerminals implements vscode.Disposable {
  private readonly open = new Map<string, OpenTerminal>();
  private readonly tuis: TuiTerminals;
  private readonly subscriptions: readonly Disposable[];
  private readonly memory: TerminalMemory;
  private lastSeen: ThreadRef | undefined;
  /** The window closes or is loaded again: what its terminals go through now is not the person's doing. */
  private leaving = false;

  constructor(private readonly options: ThreadTerminalsOptions) {
    this.tuis = new TuiTerminals(options);
    this.memory = new TerminalMemory(options.memory);
    this.subscriptions = [
      this.tuis,
      options.plans.onDidChange(() => this.update()),
      vscode.window.onDidCloseTerminal(terminal => this.forget(terminal)),
      vscode.window.onDidChangeActiveTerminal(terminal => this.noteActive(terminal)),
    ];
    this.update();
  }

  /** The thread whose terminal is in front. */
  get active(): ThreadRef | undefined {
    return this.find(vscode.window.activeTerminal)?.ref ?? this.tuis.find(vscode.window.activeTerminal);
  }

  /** Opens the terminal of a thread that starts, in the background. */
  started(ref: ThreadRef): void {
    if (setting(Setting.terminalMode) === 'tui') this.tuis.follow(ref);
    else this.ensure(ref);
  }

  /** Opens the thread's terminal if need be and goes there. */
  focus(ref: ThreadRef): void {
    if (setting(Setting.terminalMode) === 'tui') void this.openTui(ref, { preserveFocus: false });
    else this.ensure(ref).terminal.show(false);
    this.lastSeen = ref;
  }

  /** Goes to the terminal of the thread behind this one; nothing when there is no thread. */
  focusNext(): void {
    this.step(1);
  }

  focusPrevious(): void {
    this.step(-1);
  }

  /** Shows the thread's session in opencode's own interface. */
  openTui(ref: ThreadRef, options: { readonly preserveFocus: boolean }): Promise<void> {
    return this.tuis.show(ref, options);
  }

  /** The thread that a terminal belongs to, and the folder that paths in its text are relative to. */
  placeOf(terminal: vscode.Terminal): { readonly ref: ThreadRef; readonly directory: string } | undefined {
    const found = this.find(terminal);
    return found && { ref: found.ref, directory: found.pty.directory ?? found.ref.root };
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const { terminal } of this.open.values()) terminal.dispose();
    this.open.clear();
  }

  private step(step: 1 | -1): void {
    // VS Code calls the first terminal active even if nobody ever opened the panel and saw it.
    const active = this.find(vscode.window.activeTerminal);
    const current = active?.pty.wasShown ? active.ref : this.lastSeen;
    const next = neighbour(threadsToVisit(this.options.plans.repositories), current, step);
    if (next) this.focus(next);
  }

  private ensure(ref: ThreadRef): OpenTerminal {
    const key = threadKey(ref);
    const known = this.open.get(key);
    if (known) return known;
    const thread = findThread(this.options.plans.repositories, ref);
    const name = thread ? threadTerminalName(thread) : ref.thread;
    const pty = new ThreadPty(name, this.options.transcriptOf(ref), localWords(), scrollback);
    const terminal = vscode.window.createTerminal(terminalOptions(name, pty, setting(Setting.terminalLocation)));
    void terminal.processId.then(() => pty.showName());
    const opened = { ref, pty, terminal };
    this.open.set(key, opened);
    this.remember();
    return opened;
  }

  private update(): void {
    this.restore();
    for (const { ref, pty } of this.open.values()) {
      const thread = findThread(this.options.plans.repositories, ref);
      if (thread) pty.rename(threadTerminalName(thread));
    }
  }

  /**
   * After a reload no terminal of an extension comes back by itself. Those whose plan cannot be read yet wait for it; one whose
   * thread is not in the plan any more stays away.
   */
  private restore(): void {
    const { repositories } = this.options.plans;
    const isRead = ({ root }: ThreadRef) => repositories.some(repository => repository.root === root && canBeRead(repository));
    const refs = this.memory.take(isRead);
    for (const ref of refs) if (findThread(repositories, ref)) this.restoreOne(ref);
    if (refs.length > 0) this.remember();
  }

  /**
   * A panel that was open comes back open, and VS Code fills it with a shell of its own before any extension is there: only
   * then the terminal that was in front comes to the front again, without the focus.
   */
  private restoreOne(ref: ThreadRef): void {
    const { terminal } = this.ensure(ref);
    const { front } = this.memory;
    if (front === undefined || threadKey(front) !== threadKey(ref)) return;
    void terminal.processId.then(() => {
      if (!this.hasOnlyOurs()) terminal.show(true);
    });
  }

  private noteActive(terminal: vscode.Terminal | undefined): void {
    if (this.leaving) return;
    const found = this.find(terminal);
    if (found?.pty.wasShown) this.lastSeen = found.ref;
    this.memory.setFront(this.hasOnlyOurs() ? found?.ref : undefined);
  }

  private hasOnlyOurs(): boolean {
    return vscode.window.terminals.every(terminal => this.find(terminal) !== undefined || this.tuis.find(terminal) !== undefined);
  }

  private forget(terminal: vscode.Terminal): void {
    if (terminal.exitStatus?.reason === vscode.TerminalExitReason.Shutdown) this.leaving = true;
    const found = this.find(terminal);
    if (!found) return;
    this.open.delete(threadKey(found.ref));
    if (!this.leaving) this.remember();
  }

  private find(terminal: vscode.Terminal | undefined): OpenTerminal | undefined {
    return [...this.open.values()].find(opened => opened.terminal === terminal);
  }

  private remember(): void {
    this.memory.setOpen([...this.open.values()].map(({ ref }) => ref));
  }
}

const canBeRead = ({ stream }: RepositorySnapshot) => stream !== undefined && !stream.problems.some(({ severity }) => severity === 'error');
const setting = (name: Setting) => vscode.workspace.getConfiguration().get<string>(name);
const scrollback = () => vscode.workspace.getConfiguration('terminal.integrated').get<number>('scrollback', 1000);
