// Runs every example of the README, and asks that each exported function has one.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { compileFunction } from "node:vm";

const files = [
  "base64url",
  "crc32",
  "csv",
  "dot-segments",
  "iso-duration",
  "iso-week",
  "json-pointer",
  "luhn",
  "normalize-uri",
  "percent-encoding",
  "release-order",
  "semver",
  "uri-reference",
];
const modules = await Promise.all(files.map((file) => import(`./${file}.mjs`)));
const library = Object.assign({}, ...modules);
const readme = await readFile(new URL("README.md", import.meta.url), "utf8");

const blocks = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
const lines = blocks.flatMap((block) => block.split("\n")).filter((line) => line.trim() !== "");

/** The value of a JavaScript expression in which the library's functions are at hand. */
const evaluate = (expression) =>
  compileFunction(`return (${expression});`, Object.keys(library))(...Object.values(library));

for (const line of lines) {
  test(`README: ${line}`, () => {
    const [, expression, value] =
      /^(.+); \/\/ → (.+)$/.exec(line) ?? assert.fail("not `expression; // → value`");
    assert.deepEqual(evaluate(expression), evaluate(value));
  });
}

for (const name of Object.keys(library).sort()) {
  test(`README: ${name} has an example`, () => {
    assert.ok(lines.some((line) => line.includes(`${name}(`)));
  });
}

test("README: there is a section for each module, in order", () => {
  const sections = [...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  assert.deepEqual(sections, files);
});
