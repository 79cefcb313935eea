import assert from 'node:assert/strict';
import { multitaskPlan } from '../../../../src/domain/multitask/multitaskPlan';
import { parseMultitask } from '../../../../src/domain/multitask/parseMultitask';
import { planOfIssues } from '../../../../src/domain/sources/beads/beadsPlan';
import { readIssues } from '../../../../src/domain/sources/beads/readIssues';
import type { ImportedPlan, SourceKind } from '../../../../src/domain/sources/importedPlan';
import { readChange } from '../../../../src/domain/sources/openspec/readChange';
import { planFromImport } from '../../../../src/domain/sources/planFromImport';
import { readTaskFiles } from '../../../../src/domain/sources/taskFiles/readTaskFiles';
import { sourceFormats, type SourceTree } from '../../../support/sourceFormats';

const agents = { agents: [], source: 'none' } as const;

const readers: Readonly<Record<SourceKind, (files: SourceTree, path: string) => ImportedPlan | undefined>> = {
  openspec: (files, folder) =>
    readChange({ folder, id: 'add-auth', tasks: files[`${folder}/tasks.md`], proposal: undefined, documents: [] }).plan,
  tasks: (files, folder) =>
    readTaskFiles(
      folder,
      Object.entries(files).map(([path, text]) => ({ path, text })),
      agents,
    ).plan,
  beads: (files, path) => {
    const [[file, text] = ['', '']] = Object.entries(files);
    return planOfIssues(readIssues(file, text).issues, { path, file, agents, now: 0 }).plan;
  },
  multitask: (files, path) => multitaskPlan(parseMultitask(files[path] ?? '', path).entries, path),
};

describe('5,000 entries of a source', () => {
  for (const { kind, path, many } of sourceFormats) {
    it(`become a plan of 5,000 tasks (${kind})`, () => {
      const plan = readers[kind](many(5000), path);
      assert.ok(plan);
      const { files, problems } = planFromImport(plan);
      assert.deepEqual(problems, []);
      assert.equal(new Set(files?.tasks.map(({ id }) => id)).size, 5000);
      assert.equal(new Set(files?.threadKeys.map(({ key }) => key)).size, 5000);
      assert.equal(files?.text.match(/^###### Thread \d+: ./gm)?.length, 5000);
    });
  }
});
