const units = ['KB', 'MB', 'GB', 'TB'] as const;

/** An amount of bytes for people, 1024 to the next unit: `0 B`, `12 B`, `3.4 KB`, `120 MB`. One decimal below ten. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${Math.max(0, Math.round(bytes))} B`;
  let amount = bytes;
  let unit = -1;
  while (Math.round(amount) >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${amount < 9.95 ? Number(amount.toFixed(1)) : Math.round(amount)} ${units[unit] ?? 'TB'}`;
}
