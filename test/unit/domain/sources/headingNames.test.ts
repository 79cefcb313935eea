import assert from 'node:assert/strict';
import { namedAfter } from '../../../../src/domain/sources/headingNames';

describe('A batch that is named after what is in it', () => {
  const long = 'x'.repeat(80);
  const rows: readonly (readonly [titles: readonly string[], name: string])[] = [
    [['Sign in'], 'Sign in'],
    [['Sign in', 'Log out'], 'Sign in and Log out'],
    [['Sign in', 'Log out', 'Reset', 'Lock'], 'Sign in and 3 more'],
    [['', 'Log out'], 'Log out'],
    [[long, long], `${'x'.repeat(59)}… and ${'x'.repeat(59)}…`],
    [['Look <!-- here', '@agent:me'], 'Look <! here and agent:me'],
    [['', '#'], ''],
  ];
  for (const [titles, name] of rows) {
    it(`${JSON.stringify(titles.map(title => title.slice(0, 20)))} is called ${JSON.stringify(name.slice(0, 20))}`, () =>
      assert.equal(namedAfter(titles), name));
  }
});
