import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { parseMultitask } from '../../../../src/domain/multitask/parseMultitask';
import { projectRoot } from '../../../support/projectRoot';

const property = z.strictObject({
  type: z.enum(['string', 'integer']),
  description: z.string().min(1),
  minimum: z.number().optional(),
  minLength: z.number().optional(),
  pattern: z.string().optional(),
});
const schemaFile = z.looseObject({
  type: z.literal('array'),
  minItems: z.literal(1),
  items: z.looseObject({ type: z.literal('object'), required: z.array(z.string()), properties: z.record(z.string(), property) }),
});

/** As an editor would, for the few words that the schema uses. */
function holds({ type, minimum = -Infinity, minLength = 0, pattern = '' }: z.infer<typeof property>, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value) && Number(value) >= minimum;
  return typeof value === 'string' && value.length >= minLength && new RegExp(pattern, 'u').test(value);
}

describe('The schema of multitask configs, which editors show', () => {
  const { items } = schemaFile.parse(JSON.parse(readFileSync(path.join(projectRoot(), 'media', 'multitask.schema.json'), 'utf8')));
  const good = { issue: 7, branch: 'feat/a', task: 'Do it.', description: 'A', recipe: 'ship' };
  const values = [undefined, null, true, 0, 1, -1, 1.5, '', ' ', 'text', [], {}];

  it('takes and refuses what the reader takes and refuses, for every key and kind of value', () => {
    assert.deepEqual(Object.keys(items.properties).sort(), Object.keys(good).sort());
    let refused = 0;
    for (const key of Object.keys(good)) {
      for (const value of values) {
        if (key === 'branch' && value === ' ') continue; // what a branch may be called is more than a schema says
        const entry = { ...good, [key]: value };
        const rule = items.properties[key];
        assert.ok(rule);
        const bySchema = value === undefined ? !items.required.includes(key) : holds(rule, value);
        const byReader = parseMultitask(JSON.stringify([entry]), 'm.json').entries.length === 1;
        assert.equal(bySchema, byReader, `${key}: ${JSON.stringify(value)}`);
        if (!byReader) refused += 1;
      }
    }
    assert.ok(refused > 40, String(refused));
  });
});
