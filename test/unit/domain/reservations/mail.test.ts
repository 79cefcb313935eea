import assert from 'node:assert/strict';
import { addMail, keptMails, mailFor, markRead, unreadFor, type Mail } from '../../../../src/domain/reservations/mail';

const mail = (id: string, to: readonly string[], readBy: readonly string[] = []): Mail => ({
  id,
  from: '01.01.01',
  task: '01.01.01.01',
  to: [...to],
  subject: 's',
  body: 'b',
  importance: 'normal',
  at: 0,
  readBy: [...readBy],
});
const ids = (mails: readonly Mail[]) => mails.map(({ id }) => id);

describe('mail between agents', () => {
  const mails = [mail('1', ['01.01.02']), mail('2', ['01.01.02', 'person'], ['01.01.02']), mail('3', ['01.01.03'])];

  it('is for those it is to, and unread until that reader read it', () => {
    assert.deepEqual(ids(mailFor(mails, '01.01.02')), ['1', '2']);
    assert.deepEqual(ids(unreadFor(mails, '01.01.02')), ['1']);
    assert.deepEqual(ids(unreadFor(mails, 'person')), ['2']);
    const read = markRead(mails, ['1', '2'], 'person');
    assert.deepEqual(ids(unreadFor(read, 'person')), []);
    assert.deepEqual(ids(unreadFor(read, '01.01.02')), ['1'], 'what one has read the other has not');
  });

  it('is kept up to a number, and what is read goes first', () => {
    let all: readonly Mail[] = [mail('unread', ['person']), mail('read', ['person'], ['person'])];
    for (let number = all.length; number < keptMails; number++) all = addMail(all, mail(String(number), ['person']));
    assert.equal(all.length, keptMails);
    all = addMail(all, mail('one more', ['person']));
    assert.ok(ids(all).includes('unread') && !ids(all).includes('read'));
    all = addMail(all, mail('and another', ['person']));
    assert.ok(!ids(all).includes('unread') && ids(all).includes('and another'));
    assert.equal(all.length, keptMails);
  });
});
