// Runs the examples that are asked for, by number or by name, one after the other; lists them all when none is.

import { readdir } from "node:fs/promises";

const files = (await readdir(import.meta.dirname)).filter((file) => /^\d\d-.*\.js$/.test(file)).sort();
const names = files.map((file) => file.slice(0, -".js".length));
const asked = process.argv.slice(2);
const found = asked.map((one) =>
  names.find((name) => name === one || name.startsWith(`${one.padStart(2, "0")}-`)),
);
const unknown = asked[found.indexOf(undefined)];

if (asked.length === 0) {
  console.log(names.join("\n"));
} else if (unknown !== undefined) {
  console.error(
    `There is no example "${unknown}". Ask for one of these, by number or by name:\n${names.join("\n")}`,
  );
  process.exitCode = 2;
} else {
  for (const name of found) await import(`./${name}.js`);
}
