// Runs the example that is asked for, by its number or its name; lists them all when none is.

import { readdir } from "node:fs/promises";

const files = (await readdir(import.meta.dirname)).filter((file) => /^\d\d-.*\.js$/.test(file)).sort();
const names = files.map((file) => file.slice(0, -".js".length));
const asked = process.argv[2];
const found = names.find((name) => name === asked || name.startsWith(`${asked?.padStart(2, "0")}-`));

if (asked === undefined) {
  console.log(names.join("\n"));
} else if (found === undefined) {
  console.error(
    `There is no example "${asked}". Ask for one of these, by number or by name:\n${names.join("\n")}`,
  );
  process.exitCode = 2;
} else {
  await import(`./${found}.js`);
}
