/** What is known of the server, as views show it. */
export type ServerStatus = {
  readonly state: 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';
  readonly url?: string;
  readonly pid?: number;
  readonly version?: string;
  /** It ran before we came. */
  readonly adopted?: boolean;
  /** Whether it has our plugin: of our version, of another one, or none. */
  readonly plugin?: 'current' | 'other' | 'none';
  /** A sentence that the user should know, although it works. */
  readonly warning?: string;
  readonly error?: string;
};
