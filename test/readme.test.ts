import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), "utf8");
const readme = read("README.md");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

test("the README's code is that of an example that runs", () => {
  const [, snippet = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(snippet.length).toBeGreaterThan(500);
  expect(read("packages/examples/src/02-declare-a-team.ts")).toContain(snippet.trim());
});

test.each(["README.md", "AGENTS.md", "CONTRIBUTING.md"])("every command that %s names exists", (page) => {
  const named = [...read(page).matchAll(/npx -y pnpm@12 (?:-s )?([a-z:-]+)/g)].map(([, name]) => name ?? "");
  const builtIn = ["exec", "install"];
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !(name in scripts) && !builtIn.includes(name))).toEqual([]);
});

test.each(["README.md", "AGENTS.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])(
  "every page that %s links to exists",
  (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? "");
    for (const path of links)
      expect(() => read(path.endsWith(".md") ? path : `${path}/`), path).not.toThrow(/ENOENT/);
  },
);

test("the test command that the README names is what CI runs", () => {
  expect(readme).toContain("npx -y pnpm@12 test");
  expect(read(".ci/run")).toContain("npx -y pnpm@12 test");
});
