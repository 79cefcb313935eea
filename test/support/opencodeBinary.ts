import path from 'node:path';
import { projectRoot } from './projectRoot';

/** The pinned opencode of the project's own packages; its installer gives the executable this name on every system. */
export const opencodeBinary = () => path.join(projectRoot(), 'node_modules', 'opencode-ai', 'bin', 'opencode.exe');
