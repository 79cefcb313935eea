import { runRestoreStep } from '../../support/restoreChild';

await runRestoreStep(process.argv.slice(2));
