import { createHash } from 'node:crypto';

/** Of the text's UTF-8 bytes, in hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
