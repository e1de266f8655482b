/** `{{x}}` as templates have it; what GitHub writes as `${{ x }}` is none. */
const PLACEHOLDER = /(?<!\$)\{\{\s*[\w.-]+\s*\}\}/;

/** Code in a text: between fences of three, or between backquotes on a line. */
const CODE = /(```|~~~)[\s\S]*?(?:\1|$)|`[^`\n]*`/g;

/** A placeholder that nobody filled in, with its line from 1; `undefined` when there is none outside of code. */
export function openPlaceholder(text: string): { readonly name: string; readonly line: number } | undefined {
  const prose = text.replace(CODE, (code) => code.replace(/[^\n]/g, " "));
  const found = PLACEHOLDER.exec(prose);
  if (found === null) return undefined;
  return { name: found[0], line: prose.slice(0, found.index).split("\n").length };
}
