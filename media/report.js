// The page of a report: keeps what the reader folded and where they are while the file changes.
(function () {
  const vscode = acquireVsCodeApi();
  const report = document.getElementById('report');
  const state = vscode.getState() ?? { folded: [], top: 0 };

  const idOf = details => details.querySelector('summary > [id]')?.id;
  const apply = () => {
    for (const details of report.querySelectorAll('details')) details.open = !state.folded.includes(idOf(details));
  };
  report.addEventListener(
    'toggle',
    event => {
      const id = idOf(event.target);
      state.folded = event.target.open ? state.folded.filter(other => other !== id) : [...new Set([...state.folded, id])];
      vscode.setState(state);
    },
    true,
  );
  addEventListener('scroll', () => {
    state.top = scrollY;
    vscode.setState(state);
  });
  addEventListener('message', ({ data }) => {
    if (data?.type !== 'changed') return;
    report.innerHTML = data.html;
    apply();
  });
  apply();
  scrollTo(0, state.top);
})();
