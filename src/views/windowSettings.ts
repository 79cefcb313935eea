import * as vscode from 'vscode';
import { Setting } from '../contributions';
import { defaultSettings, parseSettings } from '../domain/settings/parseSettings';
import type { Settings } from '../domain/settings/settings';

/** The settings as VS Code has them; a bad value has its default and is named in the log, once. */
export class WindowSettings {
  private current: Settings = defaultSettings;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.read();
  }

  get value(): Settings {
    return this.current;
  }

  read(): void {
    const configuration = vscode.workspace.getConfiguration();
    const values = Object.fromEntries(Object.values(Setting).map(name => [name, configuration.get(name)]));
    const { settings, problems } = parseSettings(values);
    for (const problem of problems) this.log.warn(problem);
    this.current = settings;
  }
}
