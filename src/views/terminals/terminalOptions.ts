import * as vscode from 'vscode';

/** A program to run in a terminal. What is secret stands in the environment, never in the arguments. */
export type TuiLaunch = {
  readonly name: string;
  readonly shellPath: string;
  readonly shellArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
};

export function terminalOptions(name: string, pty: vscode.Pseudoterminal, location: string | undefined): vscode.ExtensionTerminalOptions {
  return {
    name,
    pty,
    iconPath: new vscode.ThemeIcon('git-branch'),
    isTransient: true,
    location: location === 'editor' ? { viewColumn: vscode.ViewColumn.Active, preserveFocus: true } : vscode.TerminalLocation.Panel,
  };
}

/** Transient, so that VS Code does not store the environment. */
export function tuiOptions({ name, shellPath, shellArgs, env, cwd }: TuiLaunch): vscode.TerminalOptions {
  return { name, shellPath, shellArgs: [...shellArgs], env, cwd, isTransient: true, iconPath: new vscode.ThemeIcon('window') };
}
