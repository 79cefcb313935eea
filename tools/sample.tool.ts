import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../test/support/projectRoot';
import { buildSample } from '../test/support/sampleRepository';

/** Makes the sample repository in `out/sample`, where *Run Extension on the Sample* opens it; one that is there is left as it is. */
const folder = path.join(projectRoot(), 'out', 'sample');
if (!existsSync(folder)) await buildSample({ folder });
console.log(folder);
