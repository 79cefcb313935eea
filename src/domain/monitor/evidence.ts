/** Milliseconds during which the machine was awake. */
export type Age = number;

/** What is known at one moment of an attempt that goes on. All ages end at that moment. */
export type Evidence =
  /** Its worktree is being made, or its work is being committed: no agent is at work. */
  { readonly phase: 'preparing' | 'finishing'; readonly age: Age } | ({ readonly phase: 'talking' } & TalkEvidence);

export type TalkEvidence = {
  /**
   * `age`: since it ended, or since it last answered or sent anything. `unheard`: for how long, since the agent was last heard,
   * it could not be heard, as the event stream was broken or the server late; the other ages do without that time.
   */
  readonly server: { readonly gone: boolean; readonly age: Age; readonly unheard: Age };
  /** The session was deleted. */
  readonly session: 'there' | 'gone';
  /** The oldest thing that the agent or one of its sub-agents waits for. */
  readonly ask: { readonly title: string; readonly age: Age } | undefined;
  readonly doing: Doing;
  /** Ended calls since the last message of a user, the latest last. */
  readonly calls: readonly Call[];
};

/** What the session was last seen to do; a sub-agent's where the agent waits for one. */
export type Doing =
  /** The model was asked, no token came. */
  | { readonly kind: 'asked'; readonly age: Age }
  /** `age`: since the last token. */
  | { readonly kind: 'answering'; readonly age: Age }
  /** The model writes the input of a call, of which nothing is told until it is complete. */
  | { readonly kind: 'composing'; readonly tool: string; readonly age: Age }
  | ToolCall
  /** The provider turned the model's request down and opencode asks again: `overdue` counts from when it should have. */
  | { readonly kind: 'refused'; readonly message: string; readonly attempt: number; readonly age: Age; readonly overdue: Age }
  /** The server says that the session does nothing. */
  | { readonly kind: 'idle'; readonly age: Age };

export type ToolCall = {
  readonly kind: 'tool';
  /** As people read it: `bash: npm test`. */
  readonly call: string;
  readonly age: Age;
  /** Since its output or the files of the worktree last changed, or since it began. */
  readonly silent: Age;
  /** undefined: cannot be told. */
  readonly process: 'alive' | 'gone' | undefined;
};

export type Call = {
  readonly call: string;
  /** Equal for calls of the same tool with the same input. */
  readonly same: string;
  readonly failed: boolean;
  readonly age: Age;
};
