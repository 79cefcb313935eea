import { createReadStream } from 'node:fs';

const newline = 0x0a;

export type LineChunk = {
  readonly lines: readonly string[];
  /** The byte after the last of these lines' newlines. */
  readonly end: number;
};

/** The whole lines of a file from byte `from` on, some at a time. What follows the last newline is not a line yet. */
export async function* readLines(file: string, from = 0): AsyncGenerator<LineChunk> {
  let rest: Buffer[] = [];
  let end = from;
  for await (const chunk of createReadStream(file, { start: from }) as AsyncIterable<Buffer>) {
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, last)]);
    rest = [chunk.subarray(last + 1)];
    end += whole.length + 1;
    yield { lines: whole.toString('utf8').split('\n'), end };
  }
}
