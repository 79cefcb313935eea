import assert from 'node:assert/strict';
import { isLaterId, newMessageId, newPartId } from '../../../../src/runtime/opencode/messageIds';

describe('messageIds', () => {
  it('have the form of opencode', () => {
    assert.match(newMessageId(), /^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
    assert.match(newPartId(), /^prt_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
  });

  it('ascend, also within a millisecond', () => {
    const ids = Array.from({ length: 2000 }, newMessageId);
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('carry the time as opencode reads it', () => {
    const before = Date.now();
    const time = BigInt(`0x${newMessageId().slice(4, 16)}`) / 0x1000n;
    const lower = (milliseconds: number) => BigInt.asUintN(48, BigInt(milliseconds) * 0x1000n) / 0x1000n;
    assert.ok(time >= lower(before) && time <= lower(Date.now()));
  });

  it('tell which was made later, also when their time runs over', () => {
    const [first, second] = [newMessageId(), newMessageId()];
    assert.deepEqual([isLaterId(second, first), isLaterId(first, second), isLaterId(first, first)], [true, false, false]);
    const [last, next] = [`msg_${'f'.repeat(12)}${'0'.repeat(14)}`, `msg_${'0'.repeat(11)}1${'0'.repeat(14)}`];
    assert.deepEqual([isLaterId(next, last), isLaterId(last, next)], [true, false]);
  });
});
