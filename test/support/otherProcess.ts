import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type OtherProcess = {
  readonly pid: number | undefined;
  /** What it wrote so far. */
  readonly output: string;
  /** Settles with the exit code (null: killed) when it is gone. */
  readonly ended: Promise<number | null>;
  /** Ends its input, and waits. */
  end(): Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
};

/** Runs a built `.tool.mjs` in a process of its own; `settled` output is what it must write before this resolves. */
export async function otherProcess(tool: string, args: readonly string[], settled?: string): Promise<OtherProcess> {
  const child = spawn(process.execPath, [tool, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8');
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const written = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: string) => {
      output += text;
      if (settled !== undefined && output.includes(settled)) resolve();
    });
    void ended.then(code =>
      settled === undefined || output.includes(settled)
        ? resolve()
        : reject(new Error(`${args.join(' ')} ended with ${String(code)}: ${output}`)),
    );
  });
  if (settled !== undefined) await written;
  return {
    pid: child.pid,
    get output() {
      return output;
    },
    ended,
    end: () => {
      child.stdin.end();
      return ended;
    },
    kill: signal => void child.kill(signal),
  };
}
