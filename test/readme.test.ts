import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), "utf8");
const readme = read("README.md");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

const guides = readdirSync(new URL("../docs", import.meta.url)).filter((page) => page.endsWith(".md"));
const pages = ["README.md", "AGENTS.md", "CONTRIBUTING.md", ...guides.map((page) => `docs/${page}`)];
const examples = readdirSync(new URL("../packages/examples/src", import.meta.url))
  .map((file) => read(`packages/examples/src/${file}`))
  .join("\n");

test.each(["README.md", ...guides.map((page) => `docs/${page}`)])(
  "the code in %s is that of an example that runs",
  (page) => {
    const snippets = [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, snippet = ""]) =>
      snippet.trim(),
    );
    for (const snippet of snippets) expect(examples).toContain(snippet);
  },
);

test.each(pages)("every command that %s names exists", (page) => {
  const named = [...read(page).matchAll(/npx -y pnpm@12 (?:-s )?([a-z:-]+)/g)].map(([, name]) => name ?? "");
  const builtIn = ["exec", "install"];
  expect(named.filter((name) => !(name in scripts) && !builtIn.includes(name))).toEqual([]);
});

test.each(["ARCHITECTURE.md", ...pages])("every page that %s links to exists", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? "");
  for (const path of links)
    expect(existsSync(new URL(path, new URL(`../${page}`, import.meta.url))), path).toBe(true);
});

test("the test command that the README names is what CI runs", () => {
  expect(readme).toContain("npx -y pnpm@12 test");
  expect(read(".ci/run")).toContain("npx -y pnpm@12 test");
});
