// What an agent file says in `Bash(…)`, held against what the tool that runs programs allows.

/** What stands in the parentheses: the words that a call begins with, and whether anything may follow them. */
interface Pattern {
  readonly words: readonly string[];
  readonly isOpen: boolean;
}

/** Reads `git log:*`, `git log *` and `git log`; `*` is everything. */
function toPattern(text: string): Pattern {
  const start = text.trim().replace(/(?::|\s+|^)\*$/, "");
  const isOpen = start !== text.trim();
  return { words: start.split(/\s+/).filter((word) => word !== ""), isOpen };
}

/** The lines of an allow list that no pattern covers: whoever may run them may do more than the patterns say. */
export function beyond(patterns: readonly string[], allow: readonly string[]): readonly string[] {
  // What is allowed takes any arguments after it, so a pattern with an end covers nothing of it.
  const open = patterns.map(toPattern).filter(({ isOpen }) => isOpen);
  return allow.filter((line) => !open.some(({ words }) => begins(line.split(" "), words)));
}

/** The lines of an allow list that let a call through which a pattern forbids. */
export function forbidden(pattern: string, allow: readonly string[]): readonly string[] {
  const { words } = toPattern(pattern);
  return allow.filter((line) => begins(line.split(" "), words) || begins(words, line.split(" ")));
}

function begins(line: readonly string[], start: readonly string[]): boolean {
  return start.every((word, at) => line[at] === word);
}
