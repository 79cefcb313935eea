import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/**
 * Follows the file into which the tests inside VS Code write: their output as it comes, and their end.
 * A crash of the extension host looks like success to VS Code; only `end` proves that the tests ran.
 */
export class ResultsTail {
  #folder = mkdtempSync(path.join(tmpdir(), 'work-results-'));
  #offset = 0;
  #rest = '';
  #decoder = new StringDecoder('utf8');
  #timer = setInterval(() => this.drain(), 200);

  constructor() {
    this.file = path.join(this.#folder, 'results.jsonl');
    /** @type {{passed: number, failed: number, skipped: number} | undefined} */
    this.end = undefined;
    writeFileSync(this.file, '');
  }

  drain() {
    const handle = openSync(this.file, 'r');
    const buffer = Buffer.alloc(65536);
    for (let count; (count = readSync(handle, buffer, 0, buffer.length, this.#offset)) > 0; this.#offset += count) {
      this.#rest += this.#decoder.write(buffer.subarray(0, count));
    }
    closeSync(handle);
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const { log, end } of lines.map(line => JSON.parse(line))) {
      if (log !== undefined) console.log(log);
      if (end) this.end = end;
    }
  }

  dispose() {
    clearInterval(this.#timer);
    this.drain();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
