import assert from 'node:assert/strict';
import { serverEnvironment } from '../../../../src/runtime/opencode/serverEnvironment';

describe('serverEnvironment', () => {
  const outer: readonly string[] = [
    'OPENCODE_SERVER_PASSWORD',
    'OPENCODE_SERVER_USERNAME',
    'OPENCODE_WORKSPACE_ID',
    'OPENCODE_CLIENT',
    'OPENCODE',
    'OPENCODE_PID',
    'CLAUDECODE',
    'VSCODE_IPC_HOOK',
    'VSCODE_GIT_ASKPASS_MAIN',
    'ELECTRON_RUN_AS_NODE',
    'GIT_DIR',
    'GIT_INDEX_FILE',
    'WORK_ATTEMPT',
    'WORKSTREAM_ROLE',
  ];
  for (const name of outer) {
    it(`leaves ${name} out`, () => assert.deepEqual(serverEnvironment({ [name]: 'x', PATH: '/bin' }, {}), { PATH: '/bin' }));
  }

  it("keeps the user's own configuration of opencode", () => {
    const own = {
      OPENCODE_CONFIG: '/home/a/opencode.json',
      OPENCODE_CONFIG_CONTENT: '{}',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      ANTHROPIC_API_KEY: 'k',
    };
    assert.deepEqual(serverEnvironment(own, {}), own);
  });

  it('leaves empty switches of opencode out, which would keep it from starting', () => {
    assert.deepEqual(serverEnvironment({ OPENCODE_PURE: '', EMPTY: '' }, {}), { EMPTY: '' });
  });

  it("leaves the editor's prompt for git passwords out, and only that one", () => {
    assert.deepEqual(serverEnvironment({ GIT_ASKPASS: '/code/askpass.sh', VSCODE_GIT_ASKPASS_MAIN: 'x' }, {}), {});
    assert.deepEqual(serverEnvironment({ GIT_ASKPASS: '/own' }, {}), { GIT_ASKPASS: '/own' });
  });

  it('adds what it is given, over what is there', () => {
    assert.deepEqual(
      serverEnvironment({ A: '1', OPENCODE_SERVER_PASSWORD: 'old' }, { A: '2', OPENCODE_SERVER_PASSWORD: 'new', B: undefined }),
      {
        A: '2',
        OPENCODE_SERVER_PASSWORD: 'new',
      },
    );
  });
});
