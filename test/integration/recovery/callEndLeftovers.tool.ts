export { endLeftoverProcesses } from '../../../src/runtime/recovery/leftoverProcesses';
