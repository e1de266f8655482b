import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(root, "packages");

/** A file and what its import and re-export statements name. */
interface Source {
  /** Relative to `packages/`, such as `core/src/run/decide.ts`. */
  readonly path: string;
  readonly imports: readonly string[];
  readonly text: string;
}

const sources: readonly Source[] = readdirSync(packages, { recursive: true, encoding: "utf8" })
  .filter((path) => /^[a-z]+\/src\/.*\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(packages, path), "utf8");
    const specifiers = [
      ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)";|^import\s+"([^"]+)";/gm),
    ];
    const dynamic = [...text.matchAll(/\bimport\("([^"]+)"\)/g)];
    const names = [
      ...specifiers.map((match) => match[1] ?? match[2] ?? ""),
      ...dynamic.map((match) => match[1] ?? ""),
    ];
    return { path, text, imports: names.map((name) => toPath(path, name)) };
  });

/** A relative import as a path under `packages/`; any other as it is. */
function toPath(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const target = relative(packages, resolve(packages, dirname(from), specifier)).replace(/\.js$/, ".ts");
  return sourceExists(target) ? target : target.replace(/\.ts$/, ".tsx");
}

function sourceExists(path: string): boolean {
  try {
    return readFileSync(join(packages, path), "utf8") !== undefined;
  } catch {
    return false;
  }
}

/** Every import from a place that names something it must not, told in a line. */
function trespasses(place: RegExp, forbidden: RegExp, why: string): string[] {
  return sources
    .filter(({ path }) => place.test(path))
    .flatMap(({ path, imports }) =>
      imports.filter((name) => forbidden.test(name)).map((name) => `${path} imports ${name}: ${why}`),
    );
}

describe("directions between packages", () => {
  test.each([
    ["core", /^@terrace\//, "core knows no other package"],
    ["simulator", /^@terrace\//, "the simulator judges the rest, so it shares nothing with it"],
    ["agents", /^@terrace\/(?!core)/, "agents know the core alone"],
    ["store", /^@terrace\/(?!core)/, "the store knows the core alone"],
    ["examples", /^@terrace\/cli/, "examples show the library"],
    ["cli", /^@terrace\/examples/, "nothing imports the examples"],
  ])("%s imports only what lies below it", (name, forbidden, why) => {
    expect(trespasses(new RegExp(`^${name}/`), forbidden, why)).toEqual([]);
  });

  test("no package reaches into another's files", () => {
    expect(
      sources.flatMap(({ path, imports }) =>
        imports
          .filter((name) => name.includes("/src/") && !name.startsWith(`${path.split("/")[0]}/`))
          .map((name) => `${path} imports ${name}`),
      ),
    ).toEqual([]);
  });

  test("one file of agents imports the vendor's SDK", () => {
    const importers = sources.filter(
      ({ path, text }) =>
        path.startsWith("agents/") && /^import (?!type)[^;]*"@anthropic-ai\/sdk/m.test(text),
    );
    expect(importers.map(({ path }) => path)).toEqual(["agents/src/client-setup.ts"]);
  });
});

describe("directions inside the core", () => {
  test("plan, run, quote, routing, calibration and experiment know neither shell nor adapters", () => {
    expect(
      trespasses(
        /^core\/src\/(plan|run|quote|routing|calibration|experiment)\//,
        /core\/src\/(shell|adapters|testing)\//,
        "pure code knows no shell",
      ),
    ).toEqual([]);
  });

  test("plan, run, quote, routing, calibration and experiment import nothing that can wait, wake or roll dice", () => {
    expect(
      trespasses(
        /^core\/src\/(plan|run|quote|routing|calibration|experiment)\//,
        /^(node:|p-queue|eventemitter3|nanoid)/,
        "pure code waits for nothing",
      ),
    ).toEqual([]);
  });

  test("plan, run, quote, routing, calibration and experiment ask no clock, no chance and no promise", () => {
    const impure =
      /\b(Date\.now|new Date|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|new Promise|async |await )/;
    const found = sources.filter(
      ({ path, text }) =>
        /^core\/src\/(plan|run|quote|routing|calibration|experiment)\//.test(path) && impure.test(code(text)),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  test("ports know no shell and no adapter", () => {
    expect(
      trespasses(/^core\/src\/ports\//, /core\/src\/(shell|adapters|testing)\//, "a port is a type"),
    ).toEqual([]);
  });

  test("nothing but the kit's own files imports the testing kit", () => {
    expect(trespasses(/^core\/src\/(?!testing\/)/, /core\/src\/testing\//, "the kit is for tests")).toEqual(
      [],
    );
  });
});

test("no import cycle exists, and no file but the door is a barrel", () => {
  expect(cycles()).toEqual([]);
});

test("no source function is longer than 60 lines", () => {
  const shape = execFileSync(process.execPath, [join(root, "scripts/shape.mjs"), "--json"], {
    encoding: "utf8",
  });
  const { functions } = JSON.parse(shape) as { functions: { name: string; file: string; lines: number }[] };
  expect(functions.length).toBeGreaterThan(0);
  expect(functions.filter(({ lines }) => lines > 60)).toEqual([]);
});

test("no source file is longer than 300 lines unless its first lines say why", () => {
  const long = sources.filter(
    ({ text }) => text.split("\n").length > 301 && !/Longer than 300 lines because/.test(text),
  );
  expect(long.map(({ path }) => path)).toEqual([]);
});

/** A source without its comments. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
}

/** Each way that comes back to where it began; found by walking depth first. */
function cycles(): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at !== -1) found.push([...way.slice(at), path].join(" → "));
    if (at !== -1 || done.has(path)) return;
    for (const next of valueImports(byPath.get(path))) walk(next, [...way, path]);
    done.add(path);
  };
  for (const { path } of sources) walk(path, []);
  return found;
}

/** What remains of a file's imports when the types are erased. */
function valueImports(source: Source | undefined): string[] {
  const statements = (source?.text ?? "").matchAll(
    /^(?:import|export)\s(?!type\b)([^;]*?)from\s+"(\.[^"]+)";/gm,
  );
  return [...statements]
    .filter(
      ([, names]) =>
        !(names ?? "").split(/[{},]/).every((name) => name.trim() === "" || name.trim().startsWith("type ")),
    )
    .map(([, , specifier]) => toPath(source?.path ?? "", specifier ?? ""));
}
