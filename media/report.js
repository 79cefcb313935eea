// The page of a report: asks for what its buttons say, keeps what the reader folded and where they are while the report changes.
(function () {
  const vscode = acquireVsCodeApi();
  const report = document.getElementById('report');
  const state = { open: {}, top: 0, ...vscode.getState() };
  if (report.dataset.keep) vscode.setState(Object.assign(state, { keep: JSON.parse(report.dataset.keep) }));
  const times = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: 'medium', timeStyle: 'medium' });

  const applyFolds = root => {
    for (const details of root.querySelectorAll('details[id]')) if (details.id in state.open) details.open = state.open[details.id];
  };
  const showTimes = root => {
    for (const time of root.querySelectorAll('time')) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.getTime())) time.textContent = times.format(at);
    }
  };

  /** Makes `old` what `next` is and leaves alone what is the same: focus, selection and folds stay where they are. */
  const morph = (old, next) => {
    if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || old.id !== next.id) {
      old.replaceWith(next);
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
      return;
    }
    const keepsOpen = old.nodeName === 'DETAILS';
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && !(keepsOpen && name === 'open')) old.removeAttribute(name);
    for (const { name, value } of next.attributes) {
      if (old.getAttribute(name) !== value && !(keepsOpen && name === 'open')) old.setAttribute(name, value);
    }
    morphChildren(old, next);
  };
  const morphChildren = (old, next) => {
    const byId = new Map([...old.children].filter(({ id }) => id).map(child => [child.id, child]));
    let place = old.firstChild;
    for (const wanted of [...next.childNodes]) {
      const known = wanted.id ? byId.get(wanted.id) : undefined;
      if (known && known !== place) old.insertBefore(known, place);
      const here = known ?? place;
      if (!here || (!known && here.id && here.id !== wanted.id)) {
        old.insertBefore(wanted, here ?? null);
        continue;
      }
      place = here.nextSibling;
      morph(here, wanted);
    }
    while (place) {
      const rest = place.nextSibling;
      place.remove();
      place = rest;
    }
  };

  const ask = message => vscode.postMessage(message);
  report.addEventListener('click', event => {
    const button = event.target.closest('button, g[data-row]');
    if (!button) return;
    const { do: action, row, id, file, output, commit, folds } = button.dataset;
    if (folds) {
      for (const thread of report.querySelectorAll('details.thread')) thread.open = folds === 'open';
      // What was unfolded is to be seen.
      if (folds === 'open') for (const batch of report.querySelectorAll('details:has(details.thread)')) batch.open = true;
    } else if (action) ask({ type: 'report', action });
    else if (row) ask({ type: 'row', action: row, id });
    else if (file !== undefined) ask({ type: 'file', path: file });
    else if (output) ask({ type: 'output', file: output });
    else if (commit) ask({ type: 'commit', commit });
  });
  // In a graph: what belongs to the thread under the mouse or with the focus stands out.
  const follow = event => {
    const place = event.target.closest('[data-thread], [data-id]');
    const thread = place?.dataset.thread ?? place?.dataset.id;
    for (const edge of report.querySelectorAll('.edge')) {
      const { from, to } = edge.dataset;
      edge.classList.toggle('near', thread !== undefined && `${from} ${to}`.split(' ').includes(thread));
    }
    for (const node of report.querySelectorAll('.node')) node.classList.toggle('near', node.dataset.thread === thread);
  };
  for (const kind of ['mouseover', 'focusin']) report.addEventListener(kind, follow);
  report.addEventListener(
    'toggle',
    event => {
      const { id, open } = event.target;
      if (!id) return;
      state.open[id] = open;
      vscode.setState(state);
    },
    true,
  );
  // A page that was closed comes back in steps; until all of it is there, or the reader moves, it is kept where it was.
  let wanted = state.top;
  for (const kind of ['wheel', 'keydown', 'pointerdown']) addEventListener(kind, () => (wanted = undefined), { passive: true });
  addEventListener('scroll', () => {
    if (wanted !== undefined) return;
    state.top = scrollY;
    vscode.setState(state);
  });
  addEventListener('message', ({ data }) => {
    if (data?.type !== 'changed') return;
    const next = document.createElement('main');
    next.id = report.id;
    next.innerHTML = data.content;
    applyFolds(next);
    showTimes(next);
    morphChildren(report, next);
    if (wanted === undefined) return;
    scrollTo(0, wanted);
    if (report.querySelector('.page')) wanted = undefined;
  });

  applyFolds(report);
  showTimes(report);
  scrollTo(0, state.top);
  ask({ type: 'ready' });
})();
