import type * as vscode from 'vscode';
import { registerAddProject } from './addProject';
import { registerAddReport } from './addReport';
import { registerAddTask } from './addTask';
import { registerAdjustScope } from './adjustScope';
import { registerAnswer } from './answer';
import { registerApprovePlan } from './approvePlan';
import { registerApproveStage } from './approveStage';
import { registerRequestChanges } from './changes/requestChanges';
import { registerCheckSetUp } from './checkSetUp';
import { registerComplete } from './complete';
import { registerContinue } from './continue';
import { registerCopyReport } from './copyReport';
import { registerCreateBlockerTask } from './createBlockerTask';
import { registerCreateWorkstream } from './createWorkstream';
import { registerDeliverAgain } from './deliverAgain';
import { registerDeliverAnyway } from './deliverAnyway';
import { registerUndoDelivery } from './undoDelivery';
import { registerDryRun } from './dryRun';
import { registerDropThread } from './dropThread';
import { registerFocusTerminal } from './focusTerminal';
import { registerGeneratePrompts } from './generatePrompts';
import { registerDraftChange } from './draftChange';
import { registerPopulateTasks } from './populateTasks';
import { registerGenerateTasks } from './generateTasks';
import { registerGoToPlan } from './goToPlan';
import { registerAbandonResolution } from './merge/abandonResolution';
import { registerContinueMerge } from './merge/continueMerge';
import { registerMarkResolved } from './merge/markResolved';
import { registerRepairMerge } from './merge/repairMerge';
import { registerResolveConflict } from './merge/resolveConflict';
import { registerImportPlan } from './importPlan';
import { registerMarkCompleted } from './markCompleted';
import { registerNewAfterActionReview } from './newAfterActionReview';
import { registerNextThread } from './nextThread';
import { registerOpenBatchReport } from './openBatchReport';
import { registerOpenCompletion } from './openCompletion';
import { registerOpenReportMarkdown } from './openReportMarkdown';
import { registerOpenStageReport } from './openStageReport';
import { registerOpenTui } from './openTui';
import { registerOpenWorktree } from './openWorktree';
import { registerPause } from './pause';
import { registerPreviousThread } from './previousThread';
import { registerRefresh } from './refresh';
import { registerRemoveProject } from './removeProject';
import { registerRestartServer } from './restartServer';
import { registerResume } from './resume';
import { registerResumeTask } from './resumeTask';
import { registerRetryTask } from './retryTask';
import { registerRetryWithAgent } from './retryWithAgent';
import { registerReturnToAgent } from './returnToAgent';
import { registerRevokeApproval } from './revokeApproval';
import { registerRunBatch } from './runBatch';
import { registerRunStage } from './runStage';
import { registerShowDependencies } from './showDependencies';
import { registerRunReady } from './runReady';
import { registerRunMultitask } from './runMultitask';
import { registerRunTask } from './runTask';
import { registerSetAgentMailToken } from './setAgentMailToken';
import { registerReadMail } from './readMail';
import { registerSendMessage } from './sendMessage';
import { registerSetStatus } from './setStatus';
import { registerShowJournal } from './showJournal';
import { registerShowLog } from './showLog';
import { registerSkipTask } from './skipTask';
import { registerStartServer } from './startServer';
import { registerStop } from './stop';
import { registerStopAll } from './stopAll';
import { registerStopServer } from './stopServer';
import { registerSwitchWorkstream } from './switchWorkstream';
import { registerTakeOver } from './takeOver';
import { registerUpdateIntegration } from './updateIntegration';
import { registerAddComment } from './review/addComment';
import { registerEditComment } from './review/editComment';
import { registerSaveComment } from './review/saveComment';
import { registerCancelComment } from './review/cancelComment';
import { registerDeleteComment } from './review/deleteComment';
import { registerSendComments } from './review/sendComments';
import { registerShowComments } from './review/showComments';
import { registerOpenChanges } from './review/openChanges';
import { registerOpenReviewedFile } from './review/openReviewedFile';
import { registerTryInCheckout } from './review/tryInCheckout';
import { registerUndoTry } from './review/undoTry';
import { registerWriteBackSource } from './writeBackSource';
import { registerWriteSkills } from './writeSkills';
import { registerAddWorktreeToWorkspace } from './worktrees/addWorktreeToWorkspace';
import { registerCleanMerged } from './worktrees/cleanMerged';
import { registerComputeSizes } from './worktrees/computeSizes';
import { registerForgetMerged } from './worktrees/forgetMerged';
import { registerForgetWorktree } from './worktrees/forgetWorktree';
import { registerOpenWorktreeFile } from './worktrees/openWorktreeFile';
import { registerOpenWorktreeTerminal } from './worktrees/openWorktreeTerminal';
import { registerPruneWorktrees } from './worktrees/pruneWorktrees';
import { registerRefreshWorktrees } from './worktrees/refreshWorktrees';
import { registerRemoveWorktree } from './worktrees/removeWorktree';
import { registerRestoreWorktree } from './worktrees/restoreWorktree';
import { registerRevealWorktree } from './worktrees/revealWorktree';
import { registerShowWorktreeChanges } from './worktrees/showWorktreeChanges';
import type { CommandServices, RegisterCommand } from './commandServices';

const all: readonly RegisterCommand[] = [
  registerAddProject,
  registerAddReport,
  registerAddTask,
  registerAnswer,
  registerApproveStage,
  registerRequestChanges,
  registerApprovePlan,
  registerRevokeApproval,
  registerCheckSetUp,
  registerComplete,
  registerContinue,
  registerCreateWorkstream,
  registerRunMultitask,
  registerImportPlan,
  registerWriteBackSource,
  registerDeliverAgain,
  registerDeliverAnyway,
  registerUndoDelivery,
  registerDryRun,
  registerFocusTerminal,
  registerGeneratePrompts,
  registerDraftChange,
  registerPopulateTasks,
  registerGenerateTasks,
  registerWriteSkills,
  registerGoToPlan,
  registerNextThread,
  registerOpenCompletion,
  registerOpenStageReport,
  registerOpenBatchReport,
  registerNewAfterActionReview,
  registerOpenReportMarkdown,
  registerCopyReport,
  registerOpenTui,
  registerOpenWorktree,
  registerPause,
  registerPreviousThread,
  registerRefresh,
  registerRemoveProject,
  registerRestartServer,
  registerResume,
  registerRetryTask,
  registerResumeTask,
  registerRetryWithAgent,
  registerAdjustScope,
  registerCreateBlockerTask,
  registerMarkCompleted,
  registerSkipTask,
  registerDropThread,
  registerResolveConflict,
  registerRepairMerge,
  registerReturnToAgent,
  registerContinueMerge,
  registerMarkResolved,
  registerAbandonResolution,
  registerRunBatch,
  registerRunStage,
  registerShowDependencies,
  registerRunReady,
  registerRunTask,
  registerSendMessage,
  registerReadMail,
  registerSetAgentMailToken,
  registerSetStatus,
  registerShowJournal,
  registerShowLog,
  registerStartServer,
  registerStop,
  registerStopAll,
  registerStopServer,
  registerSwitchWorkstream,
  registerTakeOver,
  registerUpdateIntegration,
  registerOpenChanges,
  registerOpenReviewedFile,
  registerAddComment,
  registerEditComment,
  registerSaveComment,
  registerCancelComment,
  registerDeleteComment,
  registerSendComments,
  registerShowComments,
  registerTryInCheckout,
  registerUndoTry,
  registerAddWorktreeToWorkspace,
  registerCleanMerged,
  registerComputeSizes,
  registerForgetMerged,
  registerForgetWorktree,
  registerOpenWorktreeFile,
  registerOpenWorktreeTerminal,
  registerPruneWorktrees,
  registerRefreshWorktrees,
  registerRemoveWorktree,
  registerRestoreWorktree,
  registerRevealWorktree,
  registerShowWorktreeChanges,
];

/** Registers every command; the manifest test holds this list against the declared ids. */
export function registerCommands(services: CommandServices): readonly vscode.Disposable[] {
  return all.map(register => register(services));
}
