const units = [
  { letter: 'd', seconds: 86_400 },
  { letter: 'h', seconds: 3600 },
  { letter: 'm', seconds: 60 },
  { letter: 's', seconds: 1 },
] as const;

/** A time span for people, in its two largest units: `0s`, `42s`, `3m 10s`, `2h 5m`, `1d 3h`. Anything below a second counts as none. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const first = units.findIndex(unit => seconds >= unit.seconds);
  if (first < 0) return '0s';
  let rest = seconds;
  return units
    .slice(first, first + 2)
    .map(({ letter, seconds: size }) => {
      const amount = Math.floor(rest / size);
      rest -= amount * size;
      return amount > 0 ? `${amount}${letter}` : '';
    })
    .filter(part => part !== '')
    .join(' ');
}
