// The shape of the sources: the ten longest functions and files. A report, for reading.
// `--json` prints it as data, functions of every length over 30 lines included.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

const files = readdirSync(packages, { recursive: true, encoding: "utf8" })
  .filter((path) => /^[a-z]+\/src\/.*\.tsx?$/.test(path))
  .map((file) => ({ file, text: readFileSync(join(packages, file), "utf8") }));

const lengths = files
  .map(({ file, text }) => ({ file, lines: text.trimEnd().split("\n").length }))
  .sort((a, b) => b.lines - a.lines);

const functions = files
  .flatMap(({ file, text }) => functionsOf(file, text))
  .filter(({ lines }) => lines > 30)
  .sort((a, b) => b.lines - a.lines);

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ files: lengths, functions }));
} else {
  console.log("The longest functions");
  for (const { name, file, lines } of functions.slice(0, 10))
    console.log(`${String(lines).padStart(5)}  ${name}  ${file}`);
  console.log("The longest files");
  for (const { file, lines } of lengths.slice(0, 10)) console.log(`${String(lines).padStart(5)}  ${file}`);
}

function functionsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      found.push({ name: nameOf(node), file, lines: last - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node) {
  return node.name?.getText() ?? node.parent?.name?.getText?.() ?? "(unnamed)";
}
