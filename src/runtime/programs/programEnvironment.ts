/** What a program is started with; absent values as in `process.env`. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

/** The folders that programs are looked for in, as one text; Windows writes the name in any case. */
export function pathOf(env: ProgramEnvironment, platform: NodeJS.Platform): string {
  return Object.entries(env).find(([key]) => key === 'PATH' || (platform === 'win32' && key.toUpperCase() === 'PATH'))?.[1] ?? '';
}
