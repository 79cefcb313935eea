import type { Runtime } from '../../runtime/createRuntime';
import { followTimeline } from '../../runtime/journalTimeline';
import type { PlanSource } from '../planSource';
import type { ReportPorts } from './reportSession';

/** Where the pages of this window's reports read from. */
export function reportPorts(runtime: Runtime, plans: PlanSource): ReportPorts {
  return {
    plans,
    read: ({ root, stream, id }) => runtime.repository(root).reports.read(stream, id),
    follow: ({ root, stream }, onChange) => followTimeline(runtime.repository(root).timelineSources, stream, onChange),
    git: root => runtime.repository(root).git,
    journalFolder: ({ root, stream }) => runtime.repository(root).journalFolder(stream),
  };
}
