import { spawn, type ChildProcess } from 'node:child_process';

/** A step that did not do what it was there for; the message says which and why, as a sentence. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

export type StepsOptions = {
  /** What stands before the arguments of every step: an executable, and perhaps a script. */
  readonly program: readonly [string, ...string[]];
  /** How the program is called in what is printed. */
  readonly name: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the steps and what they print are shown. */
  readonly show: { out(text: string): void; err(text: string): void };
  /** Milliseconds for which a step may print nothing before it is stopped. */
  readonly patience: number;
};

/** How long a stopped step may take to put things in order, in milliseconds. */
const grace = 20_000;

/** Runs one program again and again, as a person would type it, and shows what it prints. One step at a time. */
export class ProgramSteps {
  private running: ChildProcess | undefined;

  constructor(private readonly options: StepsOptions) {}

  /** Resolves to what the step printed. @throws {StepFailed} unless it ends with exit code 0. */
  async run(...args: readonly string[]): Promise<string> {
    const { name, cwd, environment, show, patience } = this.options;
    const line = [name, ...args].join(' ');
    show.out(`\n$ ${line}\n`);
    const [executable, ...before] = this.options.program;
    const child = spawn(executable, [...before, ...args], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.running = child;
    let output = '';
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort();
      this.stop();
    }, patience);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      timer.refresh();
      output += text;
      show.out(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      timer.refresh();
      show.err(text);
    });
    const code = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', error => reject(new StepFailed(`"${line}" could not be started: ${error.message}`)));
      child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
    }).finally(() => {
      clearTimeout(timer);
      this.running = undefined;
    });
    if (silence.signal.aborted) throw new StepFailed(`"${line}" had nothing to say for ${patience / 1000} seconds and was stopped.`);
    if (code !== 0) throw new StepFailed(`"${line}" ended with ${typeof code === 'number' ? `exit code ${code}` : String(code)}.`);
    return output;
  }

  /** Interrupts the step that runs now, as Ctrl-C does; one that does not end by itself is killed. */
  stop(): void {
    const child = this.running;
    if (!child) return;
    child.kill('SIGINT');
    const killer = setTimeout(() => child.kill('SIGKILL'), grace);
    child.once('close', () => clearTimeout(killer));
  }
}
