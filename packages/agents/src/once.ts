const MOST_LINES = 1_000;

/** Says each line once, and no more than a thousand of them. */
export function once(say: (line: string) => unknown): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line) || said.size >= MOST_LINES) return;
    said.add(line);
    say(line);
  };
}
