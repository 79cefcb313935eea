import type { Translate } from '../../common/translate';
import type { Found, ProgramFacts, SetupFacts, SourceProgram } from './setupFacts';
import type { SetupItem } from './setupReport';

/** Programs and services that only some plans or tools use. */
export function programItems(facts: SetupFacts, t: Translate): readonly SetupItem[] {
  const ripgrep = optional(
    {
      id: 'ripgrep',
      name: 'ripgrep',
      need: t('Agents search files with it; opencode downloads one where there is none.'),
      isNeeded: false,
    },
    facts.ripgrep,
    { isUsed: true, fix: t('Install ripgrep and put rg on PATH, so that nothing has to be downloaded.') },
    t,
  );
  const needs: Readonly<Record<SourceProgram, { readonly need: string; readonly fix: string }>> = {
    openspec: {
      need: t('OpenSpec changes are validated and archived with it.'),
      fix: t('Install it: npm install -g @fission-ai/openspec. Plans are imported without it too.'),
    },
    bd: {
      need: t('Beads issues are claimed and closed with it.'),
      fix: t('Install beads (bd). Without it what to close is listed for you.'),
    },
    bv: {
      need: t('It plans tracks of beads issues.'),
      fix: t('Install beads viewer (bv). Without it tracks are made by the same rules here.'),
    },
  };
  const sources = (['openspec', 'bd', 'bv'] as const).map(name => {
    const { program, isUsed } = facts.programs[name];
    const { need, fix } = needs[name];
    return optional({ id: name, name, need, isNeeded: false }, program, { isUsed, fix }, t);
  });
  return [ripgrep, ...sources, mailItem(facts, t)];
}

type Named = Pick<SetupItem, 'id' | 'name' | 'need' | 'isNeeded'>;

/** What nothing here uses is missing to nobody. */
function optional(
  item: Named,
  program: Found<ProgramFacts>,
  { isUsed, fix }: { readonly isUsed: boolean; readonly fix: string },
  t: Translate,
): SetupItem {
  switch (program.kind) {
    case 'found': {
      const { path, version } = program.value;
      return { ...item, state: 'ok', detail: version === undefined ? path : `${version} (${path})` };
    }
    case 'unknown':
      return { ...item, state: 'unknown', detail: program.why, fix };
    case 'absent':
      if (!isUsed) return { ...item, state: 'unused', detail: t('not found, and nothing here uses it'), fix };
      return { ...item, state: 'warning', detail: program.why ?? t('not found'), fix };
  }
}

function mailItem({ agentMail }: SetupFacts, t: Translate): SetupItem {
  const item = {
    id: 'agentMail',
    name: 'Agent Mail',
    need: t('Agents of several tools reserve files and write to each other.'),
    isNeeded: false,
  };
  if (agentMail.kind === 'unknown') {
    return { ...item, state: 'unknown', detail: agentMail.why, fix: t('If it is yours, name it in the setting work.agentMail.url.') };
  }
  if (agentMail.kind === 'absent') return { ...item, state: 'ok', detail: t('none is configured; reservations are kept here') };
  const { url, answers } = agentMail.value;
  if (answers) return { ...item, state: 'ok', detail: t('answers on {0}', url) };
  return {
    ...item,
    state: 'warning',
    detail: t('nothing answers on {0}', url),
    fix: t('Start the MCP Agent Mail server there, or take it out of the configuration.'),
  };
}
