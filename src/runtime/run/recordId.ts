import { randomBytes } from 'node:crypto';

/** The id of an attempt's entry in `threads.json`: `ses_{base36 time}_{6 random}`, as the files of this family have it. */
export function newRecordId(milliseconds: number): string {
  const random = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(6, '0')
    .slice(-6);
  return `ses_${milliseconds.toString(36)}_${random}`;
}
