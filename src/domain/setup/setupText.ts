import { oneLine } from '../../common/text';
import type { Translate } from '../../common/translate';
import { isFit, type SetupAction, type SetupItem, type SetupState } from './setupReport';

export type SetupText = {
  readonly text: string;
  /** 1-based lines of the items that something can be done about by a click. */
  readonly actions: readonly { readonly line: number; readonly action: SetupAction }[];
};

/** The report as a page: the verdict, then each item with its state, what was found, what it is for and what to do. */
export function setupText(items: readonly SetupItem[], t: Translate): SetupText {
  const words: Readonly<Record<SetupState, string>> = {
    ok: t('ok'),
    warning: t('warning'),
    missing: t('missing'),
    unknown: t('unknown'),
    unused: t('unused'),
  };
  const lines = [isFit(items) ? t('Everything that is needed is there.') : t('Something that is needed is missing.'), ''];
  const actions: { readonly line: number; readonly action: SetupAction }[] = [];
  const width = Math.max(...Object.values(words).map(({ length }) => length));
  const margin = ' '.repeat(width + 2);
  for (const { name, state, detail, need, fix, action } of items) {
    if (action !== undefined) actions.push({ line: lines.length + 1, action });
    lines.push(`${words[state].padEnd(width)}  ${oneLine(name)}: ${oneLine(detail)}`);
    if (state === 'ok' || state === 'unused') continue;
    lines.push(`${margin}${need}`);
    if (fix !== undefined) lines.push(`${margin}→ ${oneLine(fix)}`);
  }
  return { text: `${lines.join('\n')}\n`, actions };
}
