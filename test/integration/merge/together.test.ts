import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MergeQueue } from '../../../src/runtime/merge/mergeQueue';
import type { MergeCandidate, MergeOutcome, MergeRequest, ValidateCandidate } from '../../../src/runtime/merge/mergeRequest';
import type { TemporaryRepository } from '../../support/gitRepository';
import { mergeFixture, type MergeFixture } from './mergeFixture';

const ref = 'refs/heads/work/001-x';

describe('Threads that wait for their merge at the same time', () => {
  let fixture: MergeFixture;
  let repository: TemporaryRepository;
  let queue: MergeQueue;
  /** What was checked, in order: `1+2`, with `!` when it was to be confirmed. */
  let checks: string[];
  const signal = new AbortController().signal;

  beforeEach(async () => {
    fixture = await mergeFixture();
    ({ repository } = fixture);
    queue = fixture.newQueue('no-ff', 10);
    checks = [];
    await queue.ensureIntegrationBranch({ base: fixture.base });
  });
  afterEach(() => repository.dispose());

  /** Thread n adds file n.txt. */
  const works = (...texts: readonly string[]): Promise<readonly MergeRequest[]> =>
    inTurn(texts, async (text, index) => ({
      ...(await fixture.work(`01.01.0${index + 1}`, { [`${index + 1}.txt`]: text })),
      position: index,
    }));
  const names = ({ requests }: MergeCandidate) => requests.map(({ thread }) => thread.slice(-1)).join('+');
  /** Red while any of the texts is in the checked-out tree. */
  const redFor =
    (...bad: readonly string[]): ValidateCandidate<string> =>
    async candidate => {
      checks.push(`${names(candidate)}${candidate.isConfirmation ? '!' : ''}`);
      const files = (await readdir(candidate.worktree)).filter(name => /^\d\.txt$/.test(name));
      const texts = await Promise.all(files.map(name => readFile(path.join(candidate.worktree, name), 'utf8')));
      const found = texts.filter(text => bad.includes(text));
      return found.length === 0 ? undefined : `found ${found.join(' ')}`;
    };
  const mergeAll = (
    requests: readonly MergeRequest[],
    validate: ValidateCandidate<string>,
    by = queue,
  ): Promise<readonly MergeOutcome<string>[]> => Promise.all(requests.map(request => by.merge<string>(request, signal, validate)));
  const kinds = (outcomes: readonly MergeOutcome<string>[]) => outcomes.map(({ kind }) => kind);
  const firstParents = async () => {
    const out = await repository.git(['log', '--first-parent', '--reverse', '--format=%s', `${fixture.base}..${ref}`]);
    return out === '' ? [] : out.split('\n');
  };
  const tipFiles = async () => (await repository.git(['ls-tree', '--name-only', ref])).split('\n').filter(name => /^\d\.txt$/.test(name));

  it('land after one validation, as one commit behind which each thread’s own merge stands', async () => {
    const requests = await works('a', 'b', 'c');
    const outcomes = await mergeAll([...requests].reverse(), redFor());
    assert.deepEqual(checks, ['1+2+3'], 'in plan order, whoever came first');
    assert.deepEqual(await firstParents(), ['Merge 3 threads: 01.01.01, 01.01.02, 01.01.03']);
    const landed = [...outcomes].reverse().map(outcome => (outcome.kind === 'landed' ? outcome : assert.fail(outcome.kind)));
    assert.deepEqual(
      landed.map(({ before }) => before),
      [fixture.base, landed[0]?.commit, landed[1]?.commit],
    );
    for (const [index, { commit, before }] of landed.entries()) {
      const format = '--format=%P|%(trailers:key=Thread,valueonly,separator=)';
      assert.equal(await repository.git(['log', '-1', format, commit]), `${before} ${requests[index]?.tip}|01.01.0${index + 1}`);
      assert.equal(await repository.git(['diff', '--name-only', before, commit]), `${index + 1}.txt`);
    }
    assert.equal(await repository.git(['rev-parse', `${ref}^{tree}`]), await repository.git(['rev-parse', `${landed[2]?.commit}^{tree}`]));
    assert.equal(await repository.git(['for-each-ref', 'refs/work/candidates']), '');
    assert.equal(await repository.git(['fsck', '--strict']), '');
  });

  it('are halved when they are red together: what is before the culprit lands, it is checked once more and held back', async () => {
    const outcomes = await mergeAll(await works('a', 'b', 'BAD', 'd'), redFor('BAD'));
    assert.deepEqual(checks, ['1+2+3+4', '1+2', '1+2+3', '1+2+3!', '4']);
    assert.deepEqual(kinds(outcomes), ['landed', 'landed', 'rejected', 'landed']);
    assert.equal(outcomes[2]?.kind === 'rejected' && outcomes[2].reason, 'found BAD');
    assert.deepEqual(await firstParents(), ['Merge 2 threads: 01.01.01, 01.01.02', 'Merge thread 01.01.04']);
    assert.deepEqual(await tipFiles(), ['1.txt', '2.txt', '4.txt']);
  });

  it('hold nobody back for a check that failed by chance', async () => {
    const good = redFor();
    let count = 0;
    const outcomes = await mergeAll(await works('a', 'b', 'c'), async (candidate, stop) => {
      const reason = await good(candidate, stop);
      return count++ === 0 ? 'by chance' : reason;
    });
    assert.deepEqual(kinds(outcomes), ['landed', 'landed', 'landed']);
    assert.deepEqual(checks, ['1+2+3', '1', '1+2', '1+2+3!']);
  });

  it('wait for what is before them where they conflict with it, and hear of the conflict only when that has landed', async () => {
    const first = { ...(await fixture.work('01.01.01', { '1.txt': 'BAD' })), position: 0 };
    const second = { ...(await fixture.work('01.01.02', { '1.txt': 'other' })), position: 1 };
    const third = { ...(await fixture.work('01.01.03', { '1.txt': 'third' })), position: 2 };
    const outcomes = await mergeAll([first, second, third], redFor('BAD'));
    assert.deepEqual(kinds(outcomes), ['rejected', 'landed', 'conflict'], 'the second does not conflict with what never landed');
    assert.deepEqual(checks, ['1', '1!', '2']);
  });

  it('are checked alone where somebody waits for no more than that', async () => {
    const serial = fixture.newQueue('no-ff', 1);
    const outcomes = await mergeAll(await works('a', 'BAD', 'c'), redFor('BAD'), serial);
    assert.deepEqual(kinds(outcomes), ['landed', 'rejected', 'landed']);
    assert.deepEqual(checks, ['1', '2', '2!', '3']);
  });

  it('squash one by one behind the commit that joins them, when squashing is asked for', async () => {
    const requests = await works('a', 'b');
    const squashing = fixture.newQueue('squash', 10);
    const outcomes = await mergeAll(requests, redFor(), squashing);
    const [first, second] = outcomes.map(outcome => (outcome.kind === 'landed' ? outcome.commit : assert.fail(outcome.kind)));
    assert.equal(await repository.git(['log', '-1', '--format=%P', ref]), `${fixture.base} ${second}`);
    assert.equal(await repository.git(['log', '-1', '--format=%P', second ?? '']), first);
    assert.deepEqual(await mergeAll(requests, redFor('a'), fixture.newQueue('squash', 10)), outcomes);
  });

  it('land once, however often they are asked for, together or alone', async () => {
    const requests = await works('a', 'b', 'c');
    const outcomes = await mergeAll(requests, redFor());
    await mergeAll(
      [
        { ...(await fixture.work('01.01.04', { '4.txt': 'd' })), position: 3 },
        { ...(await fixture.work('01.01.05', { '5.txt': 'e' })), position: 4 },
      ],
      redFor(),
    );
    const tip = await repository.git(['rev-parse', ref]);
    checks = [];
    assert.deepEqual(await mergeAll(requests, redFor('a'), fixture.newQueue('no-ff', 10)), outcomes);
    assert.deepEqual(await mergeAll(requests.slice(1, 2), redFor('a'), fixture.newQueue()), outcomes.slice(1, 2));
    assert.deepEqual([checks, await repository.git(['rev-parse', ref])], [[], tip]);
  });

  it('go on without the one that is stopped', async () => {
    const requests = await works('a', 'b', 'c');
    const stop = new AbortController();
    const good = redFor();
    const validate: ValidateCandidate<string> = (candidate, during) => {
      if (checks.length === 0) stop.abort();
      return during.aborted ? Promise.reject(new DOMException('stopped', 'AbortError')) : good(candidate, during);
    };
    const ends = await Promise.allSettled(
      requests.map((request, index) => queue.merge<string>(request, index === 1 ? stop.signal : signal, validate)),
    );
    assert.deepEqual(
      ends.map(end => (end.status === 'fulfilled' ? end.value.kind : 'stopped')),
      ['landed', 'stopped', 'landed'],
    );
    assert.deepEqual(await tipFiles(), ['1.txt', '3.txt']);
  });

  it('do not suffer from one whose work is gone', async () => {
    const requests = await works('a', 'b', 'c');
    const validate = redFor();
    const ends = await Promise.allSettled(
      requests.map((request, index) => queue.merge<string>(index === 0 ? { ...request, tip: 'f'.repeat(40) } : request, signal, validate)),
    );
    assert.deepEqual(
      ends.map(end => (end.status === 'fulfilled' ? end.value.kind : (end.reason as { reason?: string }).reason)),
      ['unknown-revision', 'landed', 'landed'],
    );
    assert.deepEqual(checks, ['2+3']);
  });

  it('are built anew when somebody moves the branch', async () => {
    const elsewhere = await repository.git(['commit-tree', '-p', fixture.base, '-m', 'By hand', `${fixture.base}^{tree}`]);
    const good = redFor();
    const outcomes = await mergeAll(await works('a', 'b'), async (candidate, stop) => {
      if (checks.length === 0) await repository.git(['update-ref', ref, elsewhere]);
      return good(candidate, stop);
    });
    assert.deepEqual(kinds(outcomes), ['landed', 'landed']);
    assert.deepEqual(await firstParents(), ['By hand', 'Merge 2 threads: 01.01.01, 01.01.02']);
  });

  it('merge by the attributes that those before them bring', async () => {
    const union = { ...(await fixture.work('01.01.01', { '.gitattributes': 'a.txt merge=union\n' })), position: 0 };
    const one = { ...(await fixture.work('01.01.02', { 'a.txt': 'a\none\n' })), position: 1 };
    const two = { ...(await fixture.work('01.01.03', { 'a.txt': 'a\ntwo\n' })), position: 2 };
    const outcomes = await mergeAll([union, one, two], redFor());
    assert.deepEqual(kinds(outcomes), ['landed', 'landed', 'landed']);
    assert.deepEqual(checks, ['1+2+3']);
    assert.equal(await repository.git(['show', `${ref}:a.txt`]), 'a\none\ntwo');
  });
});

/** One after the other: worktrees are not added at the same time. */
async function inTurn<T, U>(values: readonly T[], make: (value: T, index: number) => Promise<U>): Promise<readonly U[]> {
  const made: U[] = [];
  for (const [index, value] of values.entries()) made.push(await make(value, index));
  return made;
}
