import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';

export type ObjectFormat = 'sha1' | 'sha256';

/** Above it a file is read in pieces. */
const wholeBytes = 8 << 20;

/** The id git gives a blob of these bytes. */
export function blobId(content: Buffer, format: ObjectFormat): string {
  return createHash(format).update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** The id of a file's bytes as they are on disk; undefined when the file grew or shrank while it was read. */
export async function fileBlobId(file: Buffer, format: ObjectFormat): Promise<{ readonly id: string; readonly size: number } | undefined> {
  const { size } = await lstat(file);
  if (size <= wholeBytes) {
    const content = await readFile(file);
    return { id: blobId(content, format), size: content.length };
  }
  const hash = createHash(format).update(`blob ${size}\0`);
  let read = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
    read += (chunk as Buffer).length;
  }
  return read === size ? { id: hash.digest('hex'), size } : undefined;
}

/** A link is kept as the bytes of its target. */
export async function linkBlobId(file: Buffer, format: ObjectFormat): Promise<{ readonly id: string; readonly size: number }> {
  const target = await readlink(file, 'buffer');
  return { id: blobId(target, format), size: target.length };
}
