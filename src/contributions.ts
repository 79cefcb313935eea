/** Every id that the manifest declares, and the context keys its conditions read; a test compares both. */
export const ContainerId = { work: 'work' } as const;
export const ViewId = { tree: 'work.tree', worktrees: 'work.worktrees' } as const;
export const CustomEditorId = { report: 'work.report' } as const;
export const PanelId = { dependencies: 'work.dependencies' } as const;
export const TaskType = { run: 'work' } as const;
/** Scheme of the read-only file system that shows files of commits and snapshots. */
export const FileSystemScheme = { git: 'work-git' } as const;

export const CommentControllerId = { review: 'work.review' } as const;
/** Scheme of read-only text documents: journals as timelines. */
export const DocumentScheme = { journal: 'work-journal', import: 'work-import', setUp: 'work-set-up' } as const;

export const CommandId = {
  runBatch: 'work.runBatch',
  runStage: 'work.runStage',
  showDependencies: 'work.showDependencies',
  continue: 'work.continue',
  runReady: 'work.runReady',
  dryRun: 'work.dryRun',
  stop: 'work.stop',
  stopAll: 'work.stopAll',
  pause: 'work.pause',
  resume: 'work.resume',
  runTask: 'work.runTask',
  retryTask: 'work.retryTask',
  resumeTask: 'work.resumeTask',
  retryWithAgent: 'work.retryWithAgent',
  adjustScope: 'work.adjustScope',
  createBlockerTask: 'work.createBlockerTask',
  markCompleted: 'work.markCompleted',
  skipTask: 'work.skipTask',
  dropThread: 'work.dropThread',
  resolveConflict: 'work.resolveConflict',
  repairMerge: 'work.repairMerge',
  returnToAgent: 'work.returnToAgent',
  continueMerge: 'work.continueMerge',
  markResolved: 'work.markResolved',
  abandonResolution: 'work.abandonResolution',
  focusTerminal: 'work.focusTerminal',
  nextThread: 'work.nextThread',
  previousThread: 'work.previousThread',
  openTui: 'work.openTui',
  answer: 'work.answer',
  sendMessage: 'work.sendMessage',
  readMail: 'work.readMail',
  setAgentMailToken: 'work.setAgentMailToken',
  setStatus: 'work.setStatus',
  addReport: 'work.addReport',
  addTask: 'work.addTask',
  goToPlan: 'work.goToPlan',
  openWorktree: 'work.openWorktree',
  generatePrompts: 'work.generatePrompts',
  populateTasks: 'work.populateTasks',
  draftChange: 'work.draftChange',
  generateTasks: 'work.generateTasks',
  writeSkills: 'work.writeSkills',
  createWorkstream: 'work.createWorkstream',
  runMultitask: 'work.runMultitask',
  importPlan: 'work.importPlan',
  writeBackSource: 'work.writeBackSource',
  switchWorkstream: 'work.switchWorkstream',
  openStageReport: 'work.openStageReport',
  openBatchReport: 'work.openBatchReport',
  newAfterActionReview: 'work.newAfterActionReview',
  openReportMarkdown: 'work.openReportMarkdown',
  copyReport: 'work.copyReport',
  openChanges: 'work.openChanges',
  openReviewedFile: 'work.openReviewedFile',
  addComment: 'work.addComment',
  editComment: 'work.editComment',
  saveComment: 'work.saveComment',
  cancelComment: 'work.cancelComment',
  deleteComment: 'work.deleteComment',
  sendComments: 'work.sendComments',
  showComments: 'work.showComments',
  tryInCheckout: 'work.tryInCheckout',
  undoTry: 'work.undoTry',
  approveStage: 'work.approveStage',
  requestChanges: 'work.requestChanges',
  approvePlan: 'work.approvePlan',
  revokeApproval: 'work.revokeApproval',
  deliverAgain: 'work.deliverAgain',
  deliverAnyway: 'work.deliverAnyway',
  undoDelivery: 'work.undoDelivery',
  complete: 'work.complete',
  openCompletion: 'work.openCompletion',
  startServer: 'work.startServer',
  stopServer: 'work.stopServer',
  restartServer: 'work.restartServer',
  checkSetUp: 'work.checkSetUp',
  showLog: 'work.showLog',
  showJournal: 'work.showJournal',
  takeOver: 'work.takeOver',
  updateIntegration: 'work.updateIntegration',
  refresh: 'work.refresh',
  openWorktreeFile: 'work.openWorktreeFile',
  addWorktreeToWorkspace: 'work.addWorktreeToWorkspace',
  revealWorktree: 'work.revealWorktree',
  showWorktreeChanges: 'work.showWorktreeChanges',
  openWorktreeTerminal: 'work.openWorktreeTerminal',
  restoreWorktree: 'work.restoreWorktree',
  removeWorktree: 'work.removeWorktree',
  forgetWorktree: 'work.forgetWorktree',
  forgetMerged: 'work.forgetMerged',
  cleanMerged: 'work.cleanMerged',
  pruneWorktrees: 'work.pruneWorktrees',
  computeSizes: 'work.computeSizes',
  refreshWorktrees: 'work.refreshWorktrees',
  addProject: 'work.addProject',
  removeProject: 'work.removeProject',
} as const;
export type CommandId = (typeof CommandId)[keyof typeof CommandId];

export const ContextKey = {
  /** A `WorkspaceState`. */
  state: 'work.state',
  /** A batch is being carried out. */
  running: 'work.running',
  /** Another process carries out batches here. */
  watching: 'work.watching',
  /** Running tasks end, none starts. */
  paused: 'work.paused',
  /** An agent waits for an answer. */
  asks: 'work.asks',
  /** There are comments that no agent has. */
  drafts: 'work.drafts',
  /** The workstream is shown but not written. */
  readOnly: 'work.readOnly',
  /** `found` or `missing`; unset until somebody looked. */
  opencode: 'work.opencode',
  /** The state of the opencode server: `stopped`, `starting`, `running`, `stopping`, `failed`. */
  server: 'work.server',
} as const;
export type ContextKey = (typeof ContextKey)[keyof typeof ContextKey];

/** What the workspace has, for the welcome views; `loading` until it was read. */
export type WorkspaceState = 'loading' | 'noGit' | 'noWork' | 'noStream' | 'ready';

export const Setting = {
  isolation: 'work.isolation',
  maxConcurrent: 'work.maxConcurrent',
  opencodePath: 'work.opencode.path',
  serverMode: 'work.server.mode',
  serverUrl: 'work.server.url',
  serverPort: 'work.server.port',
  serverMemoryLimit: 'work.server.memoryLimit',
  worktreesDirectory: 'work.worktrees.directory',
  worktreesSetup: 'work.worktrees.setup',
  worktreesProvider: 'work.worktrees.provider',
  recovery: 'work.recovery',
  cleanupOnSuccess: 'work.cleanup.onSuccess',
  cleanupOnFailure: 'work.cleanup.onFailure',
  sourcesWriteBack: 'work.sources.writeBack',
  snapshotsMaximumCount: 'work.snapshots.maximumCount',
  snapshotsMaximumDays: 'work.snapshots.maximumDays',
  mergeStrategy: 'work.merge.strategy',
  limitsIdle: 'work.limits.idle',
  limitsAttempt: 'work.limits.attempt',
  limitsSetup: 'work.limits.setup',
  limitsValidation: 'work.limits.validation',
  multitaskLimit: 'work.multitask.limit',
  multitaskCheck: 'work.multitask.check',
  multitaskGrace: 'work.multitask.grace',
  multitaskClone: 'work.multitask.clone',
  recipesBash: 'work.recipes.bash',
  recipesAgent: 'work.recipes.agent',
  mergeMaxAttempts: 'work.merge.maxAttempts',
  mergeBatch: 'work.merge.batch',
  validationCommands: 'work.validation.commands',
  reviewAgent: 'work.review.agent',
  delivery: 'work.delivery',
  retryMaximumAttempts: 'work.retry.maximumAttempts',
  budgetTurnsPerTask: 'work.budget.turnsPerTask',
  budgetCostPerWorkstream: 'work.budget.costPerWorkstream',
  terminalMode: 'work.terminal.mode',
  terminalLocation: 'work.terminal.location',
  terminalAddToPath: 'work.terminal.addToPath',
  permissions: 'work.permissions',
  notifications: 'work.notifications',
  readyMax: 'work.ready.max',
  readyTrust: 'work.ready.trust',
  agentMailUrl: 'work.agentMail.url',
  allowedRoots: 'work.allowedRoots',
} as const;
export type Setting = (typeof Setting)[keyof typeof Setting];

/** Names in the user's secret storage. */
export const SecretKey = { agentMailToken: 'work.agentMail.token' } as const;
