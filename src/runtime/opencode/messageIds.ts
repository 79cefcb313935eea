import { randomInt } from 'node:crypto';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
let lastTime = 0;
let counter = 0;

/** An id in opencode's own form, so that ours sort among the server's by time: 12 hex digits, then 14 of base 62. */
function newId(prefix: 'msg' | 'prt'): string {
  const now = Date.now();
  counter = now === lastTime ? counter + 1 : 1;
  lastTime = now;
  const time = BigInt.asUintN(48, BigInt(now) * 0x1000n + BigInt(counter))
    .toString(16)
    .padStart(12, '0');
  return `${prefix}_${time}${Array.from({ length: 14 }, () => letters.charAt(randomInt(letters.length))).join('')}`;
}

/** For `Sessions.prompt`; made before the intent is journalled, so that a repeated prompt is the same message. */
export const newMessageId = (): string => newId('msg');

export const newPartId = (): string => newId('prt');

/**
 * Whether the first id was made later. Of an id's time only the lower bits are in it, so two that lie more than a year apart
 * cannot be told; ids of the same time are compared as text.
 */
export function isLaterId(id: string, other: string): boolean {
  const ahead = BigInt.asIntN(48, timeOf(id) - timeOf(other));
  return ahead === 0n ? id > other : ahead > 0n;
}

function timeOf(id: string): bigint {
  const digits = /^[a-z]+_([0-9a-f]{12})/.exec(id)?.[1];
  return digits === undefined ? 0n : BigInt(`0x${digits}`);
}
