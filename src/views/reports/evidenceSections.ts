import { formatDuration } from '../../common/duration';
import { stripControl } from '../../common/text';
import type { Translate } from '../../common/translate';
import type { ValidationState } from '../../domain/journal/journalState';
import { isGreen, redCommand, type CommandResult } from '../../domain/merge/validation';
import type { FileChange } from '../../domain/reports/fileChanges';
import { changesByFile, type ChangedPath } from '../../domain/reports/fileChanges';
import { threadsOf } from '../../domain/reports/reportInput';
import { subjectMetrics, validationsOf } from '../../domain/reports/reportMetrics';
import { html, type Html } from './html';
import { icon } from './pageIcons';
import { commitLink, fold, time } from './pageParts';
import type { PageView } from './pageView';

/** What the project's own checks said of each merged tree, with their output. */
export function checksSection(view: PageView): Html {
  const { report, t } = view;
  const checks = validationsOf(threadsOf(report.subject));
  if (checks.length === 0) return html``;
  const green = checks.filter(({ commands }) => redCommand(commands) === undefined).length;
  const note = t('{0} of {1} passed', green, checks.length);
  return fold({ id: 'checks', title: t('Checks'), level: 2, note }, html`${checks.map(check => checkBlock(check, view))}`);
}

function checkBlock({ commit, threads, commands, at }: ValidationState, { t }: PageView): Html {
  const verdict = redCommand(commands)
    ? html`<span class="state red">${icon('cross')}<span class="word">${t('failed')}</span></span>`
    : html`<span class="state green">${icon('check')}<span class="word">${t('passed')}</span></span>`;
  return html`<section class="check" id="check-${commit}">
    <div class="row">
      ${verdict}<span>${t('Merged tree')} ${commitLink(commit, t)}</span><span class="id">${threads.join(', ')}</span>${time(at)}
    </div>
    ${commands.map((command, index) => commandBlock(command, `output-${commit}-${index}`, t))}
  </section>`;
}

function commandBlock(result: CommandResult, id: string, t: Translate): Html {
  const { command, duration, tail, output } = result;
  const green = isGreen(result);
  const text = stripControl(tail).trim();
  const summary = html`<span class="state ${green ? 'green' : 'red'}"
      >${icon(green ? 'check' : 'cross')}<span class="unseen">${green ? t('passed') : t('failed')}</span></span
    >
    <code>${command}</code><span class="count">${ended(result, t)} · ${formatDuration(duration)}</span>`;
  const all = html`<button type="button" class="link" data-output="${output}">
    ${icon('file')}<span class="label">${t('All Output')}</span>
  </button>`;
  const shown =
    text === ''
      ? html`<p class="meta">${t('It printed nothing.')}</p>`
      : html`<pre tabindex="0" aria-label="${t('Output of {0}', command)}">${text}</pre>`;
  return html`<details class="command" id="${id}">
    <summary>${summary}</summary>
    ${shown}${output !== '' && all}
  </details>`;
}

function ended({ exitCode, timedOut }: CommandResult, t: Translate): string {
  if (timedOut) return t('stopped at its time limit');
  return exitCode === null ? t('could not be run') : t('exit code {0}', exitCode);
}

/** The files that changed, each with a link to how it is now. */
export function filesSection(view: PageView): Html {
  const { report, t } = view;
  const { files } = report;
  if (files === undefined) return html``;
  const paths = changesByFile(files);
  const note =
    paths.length === 0 ? t('none') : html`${paths.length === 1 ? t('1 file') : t('{0} files', paths.length)} ${lines(sum(files))}`;
  const list = html`<ul class="files">
    ${paths.map(file => fileRow(file, t))}
  </ul>`;
  return fold(
    { id: 'files', title: t('Files'), level: 2, note },
    paths.length === 0 ? html`<p class="meta">${t('No files were changed.')}</p>` : list,
  );
}

function fileRow({ path, became, from, additions, deletions, isBinary, tasks }: ChangedPath, t: Translate): Html {
  const word = { added: t('new'), modified: t('modified'), deleted: t('deleted'), renamed: t('renamed') }[became];
  const name =
    became === 'deleted'
      ? html`<span class="path gone">${path}</span>`
      : html`<button type="button" class="link path" data-file="${path}" aria-label="${t('Open {0}', path)}">${path}</button>`;
  return html`<li class="file">
    <span class="change ${became}">${word}</span>${name}${from !== undefined && html`<span class="id">← ${from}</span>`}
    ${isBinary ? html`<span class="lines">${t('binary')}</span>` : lines({ additions, deletions })}<span class="id"
      >${tasks.join(', ')}</span
    >
  </li>`;
}

const lines = ({ additions, deletions }: { readonly additions: number; readonly deletions: number }) =>
  html`<span class="lines"><span class="plus">+${additions}</span> <span class="minus">−${deletions}</span></span>`;

function sum(files: readonly FileChange[]): { readonly additions: number; readonly deletions: number } {
  const of = (key: 'additions' | 'deletions') => files.reduce((total, file) => total + (file[key] ?? 0), 0);
  return { additions: of('additions'), deletions: of('deletions') };
}

export function metricsSection({ report, t }: PageView): Html {
  const rows = subjectMetrics(report.subject, report.events ?? []);
  const table = html`<table class="metrics">
    <tbody>
      ${rows.map(
        ({ name, value }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
  return fold({ id: 'metrics', title: t('Metrics'), level: 2 }, table);
}
