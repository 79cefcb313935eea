import type { CliCommand } from './commandLine';
import { aarCommand } from './commands/aar';
import { addBatchCommand } from './commands/addBatch';
import { addStageCommand } from './commands/addStage';
import { addTaskCommand } from './commands/addTask';
import { addThreadCommand } from './commands/addThread';
import { approveCommand } from './commands/approve';
import { archiveSourceCommand } from './commands/archiveSource';
import { assignCommand } from './commands/assign';
import { blockerCommand } from './commands/blocker';
import { completeCommand } from './commands/complete';
import { continueCommand } from './commands/continue';
import { coordinatorStateCommand } from './commands/coordinatorState';
import { createCommand } from './commands/create';
import { currentCommand } from './commands/current';
import { doctorCommand } from './commands/doctor';
import { draftCommand } from './commands/draft';
import { fixCommand } from './commands/fix';
import { deliverCommand, undoDeliveryCommand } from './commands/deliver';
import { forgetCommand } from './commands/forget';
import { mailCommand } from './commands/mail';
import { importCommand } from './commands/import';
import { multiCommand } from './commands/multi';
import { multitaskCommand } from './commands/multitask';
import { populateCommand } from './commands/populate';
import { projectCommand } from './commands/project';
import { promptCommand } from './commands/prompt';
import { readyCommand } from './commands/ready';
import { removeWorktreeCommand } from './commands/removeWorktree';
import { reportCommand } from './commands/report';
import { resolveCommand } from './commands/resolve';
import { restoreCommand } from './commands/restore';
import { retryCommand } from './commands/retry';
import { scopeCommand } from './commands/scope';
import { serveCommand } from './commands/serve';
import { skillsCommand } from './commands/skills';
import { statusCommand } from './commands/status';
import { journalCommand } from './commands/journal';
import { takeOverCommand } from './commands/takeOver';
import { tasksCommand } from './commands/tasks';
import { tracksCommand } from './commands/tracks';
import { treeCommand } from './commands/tree';
import { tryCommand } from './commands/try';
import { undoTryCommand } from './commands/undoTry';
import { updateCommand } from './commands/update';
import { validateCommand } from './commands/validate';
import { writeBackCommand } from './commands/writeBack';
import { worktreesCommand } from './commands/worktrees';

/** Every command of `work`, in the order of a plan's life. */
export const commands: readonly CliCommand[] = [
  createCommand,
  draftCommand,
  importCommand,
  writeBackCommand,
  archiveSourceCommand,
  currentCommand,
  treeCommand,
  statusCommand,
  validateCommand,
  tasksCommand,
  tracksCommand,
  addStageCommand,
  addBatchCommand,
  addThreadCommand,
  addTaskCommand,
  assignCommand,
  populateCommand,
  promptCommand,
  multiCommand,
  multitaskCommand,
  continueCommand,
  readyCommand,
  takeOverCommand,
  retryCommand,
  scopeCommand,
  blockerCommand,
  resolveCommand,
  updateCommand,
  reportCommand,
  aarCommand,
  journalCommand,
  mailCommand,
  fixCommand,
  approveCommand,
  deliverCommand,
  undoDeliveryCommand,
  completeCommand,
  tryCommand,
  undoTryCommand,
  worktreesCommand,
  coordinatorStateCommand,
  removeWorktreeCommand,
  restoreCommand,
  forgetCommand,
  doctorCommand,
  serveCommand,
  projectCommand,
  skillsCommand,
];
