import type { DriverHolder } from '../run/driverHolder';

/** What a look at something found: it, that it is not there, or that nobody could tell. `why`: a sentence of whoever looked. */
export type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent'; readonly why?: string | undefined }
  | { readonly kind: 'unknown'; readonly why: string };

/** A program that was found. `version` is what it says of itself, absent when it said nothing in time. */
export type ProgramFacts = { readonly path: string; readonly version?: string | undefined };

/** How the version of opencode stands to the one that this program is tested with. */
export type VersionFit = 'tested' | 'other' | 'wrong';

/** The models of one agent of the agents file, as the server knows them. */
export type AgentModels = { readonly agent: string; readonly known: number; readonly unknown: readonly string[] };

/** A file lock that is held, or was left behind. `age` in milliseconds. */
export type HeldLock = { readonly path: string; readonly age: number };

/** The optional programs, each for one kind of source. */
export type SourceProgram = 'openspec' | 'bd' | 'bv';

/** What was found out about a repository and its surroundings, before anything is said about it. */
export type SetupFacts = {
  readonly git: Found<{ readonly version: string; readonly isNewEnough: boolean }>;
  /** `Name <address>`. */
  readonly identity: Found<string>;
  readonly opencode: Found<ProgramFacts & { readonly fit: VersionFit | undefined }>;
  /** The version of opencode that everything was tried with. */
  readonly testedVersion: string;
  readonly server: Found<{ readonly url: string; readonly version: string; readonly fit: VersionFit; readonly hasTools: boolean }>;
  /** Somebody else runs the server: none is started here. */
  readonly isServerExternal: boolean;
  readonly agents: Found<readonly AgentModels[]>;
  readonly ripgrep: Found<ProgramFacts>;
  /** `isUsed`: the repository has something for it. */
  readonly programs: Readonly<Record<SourceProgram, { readonly program: Found<ProgramFacts>; readonly isUsed: boolean }>>;
  /** The MCP Agent Mail server that is configured, and whether anything answers there. */
  readonly agentMail: Found<{ readonly url: string; readonly answers: boolean }>;
  /** Where worktrees are made. `free` in bytes. */
  readonly disk: Found<{ readonly folder: string; readonly free: number }>;
  /** Whether git was told to leave the worktrees' folder alone; absent when it lies outside the repository. */
  readonly excluded: Found<boolean>;
  readonly work: Found<{ readonly folder: string; readonly writable: boolean }>;
  /** Who drives the repository; a holder that left no name has none. */
  readonly driver: Found<DriverHolder | undefined>;
  readonly locks: Found<readonly HeldLock[]>;
  readonly node: string;
  /** The editor's name and version; absent on the command line. */
  readonly editor?: string | undefined;
};
