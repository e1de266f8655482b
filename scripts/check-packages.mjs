// What would be published: publint and attw on each package.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const names = ["core", "agents", "store", "simulator", "cli"];
const attw = fileURLToPath(new URL("../node_modules/.bin/attw", import.meta.url));
let failed = false;

for (const name of names) {
  const folder = fileURLToPath(new URL(`../packages/${name}`, import.meta.url));
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const { messages } = await publint({ pkgDir: folder, strict: true, pack: "npm" });
  for (const message of messages) console.error(`@terrace/${name}: ${formatMessage(message, manifest)}`);
  if (messages.length > 0) failed = true;
  if (manifest.exports["."] !== undefined) {
    execFileSync(attw, ["--pack", folder, "--profile", "esm-only", "--quiet"], { stdio: "inherit" });
  }
  console.log(
    `@terrace/${name}: ${messages.length === 0 ? "ready to publish" : `${messages.length} to mend`}`,
  );
}

process.exitCode = failed ? 1 : 0;
