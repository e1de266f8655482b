import { expect, test } from "vitest";
import { safeJson, safeLine, safeText } from "../../packages/cli/src/text/safe-text.js";

test.each([
  ["colours", "\u001b[31mred\u001b[0m", "red"],
  ["cursor moves and erasing", "a\u001b[2J\u001b[1;1Hb\u001b[?25lc", "abc"],
  ["C1 control sequences", "a\u009b31mb", "ab"],
  ["window titles", "\u001b]0;owned\u0007text", "text"],
  ["links", "\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\", "click"],
  ["clipboard writes that never end", "safe\u001b]52;c;cm0gLXJm", "safe"],
  ["device control strings", "\u001bP1$r0m\u001b\\x", "x"],
  ["C1 strings", "\u009d0;owned\u009cx", "x"],
  ["a sequence cut off", "x\u001b[", "x"],
  ["a lone escape", "x\u001b", "x"],
  ["character set switches", "\u001b(0qqq\u001b(B", "qqq"],
  ["backspaces and bells", "rm\b\b\u0007ls\u007f", "rmls"],
  ["text that runs backwards", "abc\u202egnp.exe\u202c", "abcgnp.exe"],
  ["isolates", "\u2066a\u2069", "a"],
  ["invisible characters", "a\u200b\u2060\ufeff\u00adb", "ab"],
  ["hidden tags", "ok\u{e0041}\u{e0042}", "ok"],
  ["private use", "\ue0b0x", "x"],
  ["lone surrogates", "a\ud800b", "a\ufffdb"],
  ["nested sequences that leave one behind", "\u001b\u001b[31m[32mx", "[32mx"],
])("%s are taken out of a model's text", (_, hostile, safe) => {
  expect(safeText(hostile)).toBe(safe);
});

test("line breaks of every kind become one kind, and tabs stay", () => {
  expect(safeText("a\r\nb\rc\u2028d\te")).toBe("a\nb\nc\nd\te");
});

test("marks piled upon a letter are cut to three", () => {
  expect(safeText(`a${"\u0301".repeat(50)}b`)).toBe(`a${"\u0301".repeat(3)}b`);
});

test("words in other scripts and emoji stay as they are", () => {
  const words = "naïve — Größe, 東京, مرحبا, नमस्ते, 👍🏽";
  expect(safeText(words)).toBe(words);
});

test("a line has no breaks, and what is too long ends in an ellipsis", () => {
  expect(safeLine("  one\n\n two\tthree ")).toBe("one two three");
  expect(safeLine("abcdef", 4)).toBe("abc…");
  expect(safeLine("👍👍👍", 3)).toBe("👍👍👍");
});

test("a huge text becomes a line at once", () => {
  const started = performance.now();
  expect(safeLine("\u001b]".repeat(5_000_000), 80).length).toBeLessThanOrEqual(80);
  expect(performance.now() - started).toBeLessThan(500);
});

test("no text leaves anything that a terminal obeys", () => {
  const every = Array.from({ length: 0x3000 }, (_, code) => `x${String.fromCharCode(code)}[31m]0;`).join("");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(safeText(every)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
});

test("JSON is one line of harmless characters and means the same", () => {
  const value = { text: "\u001b[31m\u009b\u202e\u2028\u{e0041}é\n", list: [null, 1] };
  const line = safeJson(value);
  expect(JSON.parse(line)).toEqual(value);
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
  expect(line).toContain("é");
});
