/** Up to three of the known names that are closest to `wanted`. */
export function nearest(wanted: string, known: Iterable<string>): string[] {
  return [...known]
    .map((name) => ({ name, distance: distance(wanted.slice(0, 64), name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** The known name that `wanted` is a misspelling of; `undefined` when it is like none. */
export function misspelt(wanted: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const [closest] = nearest(bare(wanted), names.map(bare));
  if (closest === undefined || closest === "") return undefined;
  const isLike = distance(bare(wanted).slice(0, 64), closest) <= Math.max(2, Math.floor(closest.length / 3));
  return isLike ? names.find((name) => bare(name) === closest) : undefined;
}

/** Levenshtein's distance, on names of at most 64 characters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
