/** Writes a line to stderr. */
export function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
