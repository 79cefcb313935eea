// Writes l10n/bundle.l10n.json: every sentence that the window says, for translators. `package.nls.json` has the manifest's.
import { getL10nJson } from '@vscode/l10n-dev';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { globSync } from './lib/glob.mjs';
import { root } from './lib/paths.mjs';

/** Code that knows no window is handed its translator as `t`; to the extractor that is the window's own. */
function readable(file) {
  const text = readFileSync(file, 'utf8');
  if (!/\bt: Translate\b/.test(text)) return text;
  return `import * as vscode from 'vscode';\n${text.replace(/(?<![\w.])t\(/g, 'vscode.l10n.t(')}`;
}

const sources = globSync(path.join(root, 'src'), /\.ts$/).map(file => ({ extension: '.ts', contents: readable(file) }));
const strings = await getL10nJson(sources);
const sorted = Object.fromEntries(Object.entries(strings).sort(([a], [b]) => (a < b ? -1 : 1)));
mkdirSync(path.join(root, 'l10n'), { recursive: true });
writeFileSync(path.join(root, 'l10n', 'bundle.l10n.json'), `${JSON.stringify(sorted, null, 2)}\n`);
console.log(`${Object.keys(sorted).length} sentences`);
