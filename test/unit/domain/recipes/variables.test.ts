import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { asBashCommand, fillIn, variablesIn } from '../../../../src/domain/recipes/variables';

describe('The variables of a recipe', () => {
  it('are found once each', () => {
    assert.deepEqual(variablesIn('{{a}} {{ b_1 }} {{a}} {{1}} {a} {{}}'), [
      { name: 'a', offset: 0 },
      { name: 'b_1', offset: 6 },
    ]);
  });

  it('are filled into a prompt once, so that a value can hold braces and dollars', () => {
    assert.equal(fillIn('{{a}}-{{ b }}-{{c}}', { a: '{{b}} $& $1', b: 'B' }), '{{b}} $& $1-B-{{c}}');
  });

  it('come to a command by its environment: no value becomes a command', () => {
    const said = (command: string, value: string) => {
      const { command: text, env } = asBashCommand(command, { value });
      return execFileSync('bash', ['-c', text], { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' });
    };
    const evil = `$(echo hi) \`echo hi\`; echo hi "' && echo hi\n* # {{value}}`;
    assert.equal(said('printf %s "{{value}}"', evil), evil);
    assert.equal(said('printf "%s|" {{ value }}', '$(echo hi); echo hi'), '$(echo|hi);|echo|hi|');
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }).filter(text => !text.includes('\0') && !/[\ud800-\udfff]/u.test(text)),
        value => said('printf %s "{{value}}"', value) === value,
      ),
      { numRuns: 25 },
    );
  });

  it('without a NUL, which no environment holds', () => {
    assert.deepEqual(asBashCommand('{{a}}', { a: 'x\0y' }), { command: '${WORK_VAR_a}', env: { WORK_VAR_a: 'xy' } });
  });
});
