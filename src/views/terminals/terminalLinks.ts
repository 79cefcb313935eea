import path from 'node:path';
import * as vscode from 'vscode';
import type { ErrorHandler } from '../errors';
import { findLinks, type TextLink } from './links';
import type { ThreadTerminals } from './threadTerminals';
import type { ThreadRef } from './transcript';

export type OpenCommit = (ref: ThreadRef, commit: string) => Promise<void>;

class ThreadLink extends vscode.TerminalLink {
  constructor(
    { start, length }: TextLink,
    tooltip: string,
    readonly follow: () => Thenable<unknown>,
  ) {
    super(start, length, tooltip);
  }
}

/** Makes files, with their line, and commits that a thread's terminal names something to click on. */
export function registerTerminalLinks(terminals: ThreadTerminals, openCommit: OpenCommit, onError: ErrorHandler): vscode.Disposable {
  const provider: vscode.TerminalLinkProvider<ThreadLink> = {
    provideTerminalLinks: async ({ line, terminal }) => {
      const place = terminals.placeOf(terminal);
      if (!place) return [];
      const links = await Promise.all(findLinks(line).map(link => resolve(link, place, openCommit)));
      return links.filter(link => link !== undefined);
    },
    handleTerminalLink: link => void link.follow().then(undefined, onError),
  };
  return vscode.window.registerTerminalLinkProvider(provider);
}

type Place = { readonly ref: ThreadRef; readonly directory: string };

async function resolve(link: TextLink, { ref, directory }: Place, openCommit: OpenCommit): Promise<ThreadLink | undefined> {
  if (link.kind === 'commit') return new ThreadLink(link, vscode.l10n.t('Show Commit'), () => openCommit(ref, link.commit));
  for (const folder of new Set([directory, ref.root])) {
    const file = vscode.Uri.file(path.resolve(folder, link.file));
    if (await exists(file)) return new ThreadLink(link, vscode.l10n.t('Open File'), () => openAt(file, link.line, link.column));
  }
  return undefined;
}

function openAt(file: vscode.Uri, line = 1, column = 1): Thenable<unknown> {
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  return vscode.commands.executeCommand('vscode.open', file, { selection: new vscode.Range(position, position) });
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(file)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
