import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';

export const registerRefreshWorktrees: RegisterCommand = services =>
  registerCommand(CommandId.refreshWorktrees, services, () => services.worktrees.refresh());
