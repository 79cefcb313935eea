import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  activeProject,
  addProject,
  formatProjects,
  newProjectId,
  noProjects,
  parseProjects,
  ProjectError,
  removeProject,
  selectProject,
  type Project,
  type Projects,
} from '../../../../src/domain/projects/projects';

const project = (id: string, createdAt = '2026-01-01T00:00:00.000Z'): Project => ({
  id,
  rootDirectory: `/repositories/${id}`,
  name: id,
  createdAt,
});
const registry = (...ids: string[]): Projects => ids.reduce((state, id) => addProject(state, project(id)), noProjects);

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof ProjectError);
    return error.message;
  }
  return assert.fail('nothing was refused');
}

describe('the registry of projects', () => {
  it('makes the first project the active one and keeps it so', () => {
    assert.equal(activeProject(registry('b', 'a'))?.id, 'b');
  });

  it('lists projects by the time of their registration, then by id', () => {
    const state = [project('late', '2026-02-01'), project('b', '2026-01-01'), project('a', '2026-01-01')].reduce(addProject, noProjects);
    assert.deepEqual(
      state.projects.map(({ id }) => id),
      ['a', 'b', 'late'],
    );
  });

  it('makes the first that is left active when the active one is removed', () => {
    const state = removeProject(selectProject(registry('a', 'b', 'c'), 'b'), 'b');
    assert.equal(activeProject(state)?.id, 'a');
    assert.equal(removeProject(removeProject(state, 'a'), 'c').activeProjectId, null);
  });

  it('leaves the active project alone when another is removed', () => {
    assert.equal(removeProject(selectProject(registry('a', 'b'), 'b'), 'a').activeProjectId, 'b');
  });

  for (const [what, action, message] of [
    ['an id twice', () => addProject(registry('a'), { ...project('a'), rootDirectory: '/other' }), 'Project id already exists: a'],
    [
      'a root twice',
      () => addProject(registry('a'), { ...project('b'), rootDirectory: '/repositories/a' }),
      'Project rootDirectory is already registered: /repositories/a',
    ],
    ['an id that nobody has', () => selectProject(registry('a'), 'x'), 'Unknown project id: x'],
    ['the removal of what is not there', () => removeProject(noProjects, 'x'), 'Unknown project id: x'],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(refusal(action), message));
  }

  it('names a newer version of the file and what to do', () => {
    const message = refusal(() => parseProjects('{"version":2,"items":[]}', 'projects.json'));
    assert.match(message, /^Unsupported project registry state version: 2 in projects\.json\. Update/);
  });

  for (const text of ['', '{', '[]', '{"version":1}', '{"version":1,"activeProjectId":null,"projects":[{"id":"a"}]}']) {
    it(`says that ${JSON.stringify(text)} is no registry`, () => {
      assert.match(
        refusal(() => parseProjects(text, 'projects.json')),
        /^projects\.json cannot be read: .+ nothing is written to it\.$/,
      );
    });
  }

  it('reads what it wrote', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 6 });
    fc.assert(
      fc.property(ids, fc.nat(), (all, chosen) => {
        const state = all.length === 0 ? noProjects : selectProject(registry(...all), all[chosen % all.length] ?? '');
        const text = formatProjects(state);
        assert.ok(text.endsWith('}\n'));
        assert.deepEqual(parseProjects(text, 'projects.json'), state);
      }),
    );
  });

  it('gives ids that nobody has, made of words', () => {
    assert.equal(newProjectId(noProjects, 'My Repo (2)'), 'my-repo-2');
    assert.equal(newProjectId(registry('app', 'app-2'), 'App'), 'app-3');
    assert.equal(newProjectId(noProjects, '../..'), 'project');
  });
});
