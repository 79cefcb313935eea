import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { DriverHolder } from '../../domain/run/driverHolder';

const claimSchema = z.object({
  pid: z.int().positive(),
  /** What tells the process from a later one with the same number; null where the platform does not say. */
  start: z.string().nullable(),
  /** Of the machine's boot; empty where the platform has none. */
  boot: z.string(),
  host: z.string(),
  /** Tells machines, and the containers on them, apart beyond their names. */
  machine: z.string(),
  program: z.string(),
  since: z.string(),
});

/** What a driver says about itself in its claim. */
export type Claim = z.infer<typeof claimSchema>;

/** What others are told of it. */
export function holderOf(claim: Claim | undefined): DriverHolder | undefined {
  return claim && { pid: claim.pid, host: claim.host, since: claim.since, program: claim.program };
}

export type NumberedClaim = {
  readonly number: number;
  readonly isReleased: boolean;
  /** Undefined when its file cannot be understood. */
  readonly claim: Claim | undefined;
};

/** How many claims behind the highest are kept, for people who wonder what happened. */
const kept = 8;
/** Milliseconds after which a half-made claim is nobody's. */
const abandonedAfter = 3_600_000;
/** What file systems without hard links answer. */
const withoutLinks: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

/**
 * The numbered claims of one repository: `driver.<N>` files that are made whole or not at all, and never removed to take over.
 * The highest number drives. A number is never given twice: releasing adds `driver.<N>.released` beside it, and only numbers
 * far below the highest are tidied away.
 */
export class Claims {
  constructor(readonly folder: string) {}

  heartbeatFile(number: number): string {
    return `${this.file(number)}.beat`;
  }

  /** Every number there is a trace of. Throws what the file system throws. */
  numbers(): readonly number[] {
    return numbersIn(readdirSync(this.folder));
  }

  /** Undefined when there is none, or it cannot be understood. */
  read(number: number): Claim | undefined {
    try {
      return claimSchema.safeParse(JSON.parse(readFileSync(this.file(number), 'utf8'))).data;
    } catch {
      return undefined;
    }
  }

  /** The claim with the highest number, undefined when there was never one. */
  async latest(): Promise<NumberedClaim | undefined> {
    const names = await readdir(this.folder).catch(ifMissing<string[]>([]));
    const number = Math.max(0, ...numbersIn(names));
    if (number === 0) return undefined;
    return { number, isReleased: names.includes(path.basename(this.releasedFile(number))), claim: this.read(number) };
  }

  /** False when somebody else has the number, or a higher one. */
  async make(number: number, claim: Claim): Promise<boolean> {
    await mkdir(this.folder, { recursive: true });
    const whole = path.join(this.folder, `claim-${randomBytes(8).toString('hex')}.part`);
    const text = `${JSON.stringify(claim)}\n`;
    try {
      await writeFile(whole, text, { flag: 'wx', flush: true });
      await linkOrWrite(whole, this.file(number), text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(whole, { force: true, maxRetries: 5 });
    }
    // Whoever looked at an old listing may have taken a number that was tidied away since.
    return Math.max(...this.numbers()) === number;
  }

  async markReleased(number: number): Promise<void> {
    await (await open(this.releasedFile(number), 'a')).close();
    await rm(this.heartbeatFile(number), { force: true, maxRetries: 5 });
  }

  /** Removes what lies far below `number`, which must be the highest. */
  async tidy(number: number): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const old = numberIn(name);
      const file = path.join(this.folder, name);
      const isOld = old === undefined ? name.endsWith('.part') && (await isAbandoned(file)) : old < number - kept;
      if (isOld) await rm(file, { force: true });
    }
  }

  private file(number: number): string {
    return path.join(this.folder, `driver.${number}`);
  }

  private releasedFile(number: number): string {
    return `${this.file(number)}.released`;
  }
}

/** Where there are no links, a reader may meet a claim half-written: it is judged as one that cannot be understood. */
async function linkOrWrite(whole: string, file: string, text: string): Promise<void> {
  try {
    await link(whole, file);
  } catch (error) {
    if (!withoutLinks.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await writeFile(file, text, { flag: 'wx', flush: true });
  }
}

function numbersIn(names: readonly string[]): readonly number[] {
  return names.flatMap(name => numberIn(name) ?? []);
}

function numberIn(name: string): number | undefined {
  const digits = /^driver\.([1-9]\d{0,14})(?:\.|$)/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

async function isAbandoned(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > abandonedAfter;
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value;
    throw error;
  };
}
