import type { Translate } from '../../common/translate';
import type { SetupFacts, VersionFit } from './setupFacts';
import type { SetupItem } from './setupReport';

/** The program that agents run in, its server, and the models that the server has for them. */
export function opencodeItems(facts: SetupFacts, t: Translate): readonly SetupItem[] {
  return [programItem(facts, t), serverItem(facts, t), ...modelItems(facts, t)];
}

function programItem({ opencode, isServerExternal, testedVersion }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'opencode', name: 'opencode', need: t('Agents run in it.'), isNeeded: !isServerExternal };
  const fix = t('Install it ("npm install -g opencode-ai@{0}"), or name its path in work.opencode.path.', testedVersion);
  if (opencode.kind === 'unknown') return { ...item, state: 'unknown', detail: opencode.why, fix, action: 'opencodePath' };
  if (opencode.kind === 'absent') {
    return { ...item, state: 'missing', detail: opencode.why ?? t('not found'), fix, action: 'opencodePath' };
  }
  const { path, version, fit } = opencode.value;
  if (version === undefined || fit === undefined) {
    return { ...item, state: 'unknown', detail: t('{0} does not tell its version', path), fix, action: 'opencodePath' };
  }
  return { ...item, ...versionState(`${version} (${path})`, fit, testedVersion, t) };
}

function serverItem({ server, isServerExternal, testedVersion }: SetupFacts, t: Translate): SetupItem {
  const item = { id: 'server', name: t('opencode server'), need: t('Sessions of agents live in it.'), isNeeded: true };
  if (server.kind === 'unknown') {
    return {
      ...item,
      state: 'unknown',
      detail: server.why,
      fix: t('Look again; if it stays so, stop the server and start it anew.'),
      action: 'startServer',
    };
  }
  if (server.kind === 'absent') {
    if (!isServerExternal && server.why === undefined) {
      const fix = t('Nothing to do: the first run starts it. To look at it now: work doctor --server.');
      return { ...item, state: 'unknown', detail: t('not running'), fix, action: 'startServer' };
    }
    const fix = isServerExternal
      ? t('Start it there, or set work.server.url or work.server.mode.')
      : t('Look into its log (Work: Show Log), then start it again: Work: Start Server.');
    const action = isServerExternal ? 'serverUrl' : 'startServer';
    return { ...item, state: 'missing', detail: server.why ?? t('nothing answers'), fix, action };
  }
  const { url, version, fit, hasTools } = server.value;
  const judged = versionState(t('{0} on {1}', version, url), fit, testedVersion, t);
  if (judged.state !== 'ok' || hasTools) return { ...item, ...judged };
  const fix = t('Agents report with the "work update" command instead, and nothing guards their writes.');
  return { ...item, state: 'warning', detail: t('{0}, without the task tools', judged.detail), fix };
}

function versionState(
  detail: string,
  fit: VersionFit,
  tested: string,
  t: Translate,
): { readonly state: SetupItem['state']; readonly detail: string; readonly fix?: string } {
  if (fit === 'tested') return { state: 'ok', detail };
  const fix = t('Install the version that everything was tried with: npm install -g opencode-ai@{0}.', tested);
  return { state: fit === 'wrong' ? 'missing' : 'warning', detail, fix };
}

function modelItems({ agents }: SetupFacts, t: Translate): readonly SetupItem[] {
  const item = { id: 'models', name: t('models'), need: t('Every agent of the agents file has a model to work with.'), isNeeded: true };
  if (agents.kind === 'unknown') {
    const fix = t('Start the server (work doctor --server), and put right what is wrong in work/agents.yaml.');
    return [{ ...item, state: 'unknown', detail: agents.why, fix, action: 'agentsFile' }];
  }
  if (agents.kind === 'absent') {
    return [{ ...item, isNeeded: false, state: 'ok', detail: t('no agents file: the server’s default model is used') }];
  }
  return agents.value.map(({ agent, known, unknown }) => {
    const each = { ...item, id: `models ${agent}`, name: t('models of {0}', agent) };
    if (unknown.length === 0 && known > 0) return { ...each, state: 'ok', detail: t('the server knows all of them') };
    const detail = unknown.length === 0 ? t('it has none') : t('the server does not know {0}', unknown.join(', '));
    const fix = t('Name models in work/agents.yaml as provider/model; opencode models lists the ones you have.');
    return { ...each, state: known === 0 ? 'missing' : 'warning', detail, fix, action: 'agentsFile' };
  });
}
