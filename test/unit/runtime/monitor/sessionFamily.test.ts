import assert from 'node:assert/strict';
import type { ToolPart } from '@opencode-ai/sdk/v2/client';
import { SessionFamily } from '../../../../src/runtime/monitor/sessionFamily';
import type { ServerEvent } from '../../../../src/runtime/opencode/serverEvent';
import { assistantMessage, finishedTool, sessionID as root, textPart, toolPart, userMessage } from '../../../support/sessionRecords';

const child = 'ses_child';
const directory = '/w';
const born = (id: string, parentID: string | undefined) =>
  ({ type: 'session.created', directory, properties: { sessionID: id, info: { id, parentID } } }) as ServerEvent;
const deleted = (id: string) => ({ type: 'session.deleted', directory, properties: { sessionID: id, info: { id } } }) as ServerEvent;
const idle = (id: string) =>
  ({ type: 'session.status', directory, properties: { sessionID: id, status: { type: 'idle' } } }) as ServerEvent;
const said = (id: string) =>
  ({
    type: 'message.part.delta',
    directory,
    properties: { sessionID: id, messageID: 'm', partID: 'p', field: 'text', delta: 'a' },
  }) as ServerEvent;
const called = (id: string, tool: string, state: ToolPart['state']) =>
  ({
    type: 'message.part.updated',
    directory,
    properties: { sessionID: id, time: 1, part: { ...toolPart(`msg_${tool}_${id}`, state), tool, sessionID: id } },
  }) as ServerEvent;
const running = (input: Record<string, unknown>): ToolPart['state'] => ({ status: 'running', input, time: { start: 1 } });

describe('SessionFamily', () => {
  let family: SessionFamily;
  const hear = (at: number, ...events: readonly ServerEvent[]) => events.map(event => family.heard(event, at, 0));
  const doing = (at: number) => family.now(at).doing;
  beforeEach(() => (family = new SessionFamily(root, 0)));

  it('hears its own session, its sub-agents and theirs, and nobody else', () => {
    hear(1, born(child, root), born('ses_grandchild', child), born('ses_stranger', 'ses_other'), born('ses_alone', undefined));
    assert.deepEqual(hear(2, said(root), said(child), said('ses_grandchild')), [true, true, true]);
    assert.deepEqual(hear(2, said('ses_stranger'), said('ses_alone')), [false, false]);
    assert.deepEqual(family.sessions, [root, child, 'ses_grandchild']);
  });

  it('takes tokens of an answer whose beginning it missed for what they are', () => {
    hear(10, said(root));
    assert.deepEqual(doing(15), { kind: 'answering', age: 5 });
  });

  it('tells what the liveliest sub-agent does while the agent waits for one, and what the agent does when it does not', () => {
    hear(1, born(child, root), born('ses_second', root));
    hear(20, said(child));
    assert.deepEqual(doing(30), { kind: 'asked', age: 30 }, 'nobody waits for it');
    hear(30, called(root, 'task', running({ description: 'Look' })));
    hear(40, said(child));
    assert.deepEqual(doing(45), { kind: 'answering', age: 5 });
    hear(50, called('ses_second', 'bash', running({ command: 'ls' })));
    assert.equal(doing(55).kind, 'tool');
    hear(60, idle(child), idle('ses_second'));
    const own = doing(65);
    assert.deepEqual(own.kind === 'tool' && own.call, 'task: Look');
  });

  it('sees by the server’s word which of them are idle', () => {
    hear(1, born(child, root), called(root, 'task', running({ description: 'Look' })), said(child));
    family.seen({ [root]: 'busy' }, 10);
    assert.equal(doing(11).kind, 'tool', 'its sub-agent does nothing');
    family.seen({ [child]: 'busy' }, 20);
    assert.deepEqual(doing(25), { kind: 'idle', age: 5 });
  });

  it('is deleted with its root, not with a sub-agent', () => {
    hear(1, born(child, root), deleted(child));
    assert.equal(family.isDeleted, false);
    hear(2, deleted(root));
    assert.equal(family.isDeleted, true);
  });

  it('reads from stored messages what it missed, each call once', () => {
    hear(5, called(root, 'bash', running({ command: 'ls' })));
    const stored = [userMessage('msg_0', 'do it'), assistantMessage('msg_1', [{ ...toolPart('msg_bash_ses_1', finishedTool) }])];
    family.read(root, stored, 10, 0);
    family.read(root, stored, 11, 0);
    family.read('ses_stranger', stored, 11, 0);
    assert.deepEqual(doing(12), { kind: 'asked', age: 2 });
    assert.equal(family.now(12).calls.length, 1);
    assert.equal(family.progressAt, 10);
    family.read(root, [...stored, assistantMessage('msg_2', [textPart('msg_2', 'I see', true)], {})], 20, 0);
    assert.deepEqual(doing(21), { kind: 'answering', age: 1 });
  });

  it('forgets calls of all of them after a step', () => {
    hear(1, born(child, root), called(child, 'bash', finishedTool), called(root, 'task', running({ description: 'Look' })));
    assert.equal(family.now(2).calls.length, 1);
    family.forgetCalls();
    assert.deepEqual(family.now(2).calls, []);
    assert.equal(family.progressAt, 1);
  });
});
