import type { Logger } from '../../common/logger';
import type { SessionInfo } from './sessions';

/** Knows for whom a sub-agent works. */
export class SessionRoots {
  private readonly parents = new Map<string, string | undefined>();

  constructor(
    private readonly sessions: { get(directory: string, session: string): Promise<SessionInfo | undefined> },
    private readonly logger: Logger,
  ) {}

  learn(session: string, parent: string | undefined): void {
    this.parents.set(session, parent);
  }

  /** The session at the top: its own when it is no sub-agent's, or when nobody knows. */
  async rootOf(directory: string, session: string): Promise<string> {
    for (let id = session; ;) {
      const parent = this.parents.has(id) ? this.parents.get(id) : await this.readParent(directory, id);
      if (parent === undefined) return id;
      id = parent;
    }
  }

  private async readParent(directory: string, session: string): Promise<string | undefined> {
    try {
      const info = await this.sessions.get(directory, session);
      this.learn(session, info?.parentId);
      return info?.parentId;
    } catch (error) {
      this.logger.warn(`session ${session} could not be read: ${String(error)}`);
      return undefined;
    }
  }
}
