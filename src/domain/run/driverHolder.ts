/** Who drives a repository, as its claim tells. `since`: ISO time by the holder's clock, for people only. */
export type DriverHolder = { readonly pid: number; readonly host: string; readonly since: string; readonly program: string };

/** The holder in a sentence; undefined: its claim cannot be read. */
export function describeHolder(holder: DriverHolder | undefined): string {
  return holder
    ? `${holder.program} (process ${holder.pid} on ${holder.host}, since ${holder.since})`
    : 'Another program that did not leave its name';
}

/** Why nothing is run here while somebody else drives. */
export function heldSentence(holder: DriverHolder | undefined): string {
  const advice = 'Watch it here, stop it there, or go on here instead with Work: Take Over (work take-over on the command line).';
  return `${describeHolder(holder)} is running batches of this repository. ${advice}`;
}

/** What is said where somebody drove and was replaced. */
export function supersededSentence(holder: DriverHolder | undefined): string {
  return `${describeHolder(holder)} took over as the driver of this repository. Nothing more is done here; the work goes on there.`;
}
