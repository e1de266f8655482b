import { expect, test } from "vitest";
import { clientOf } from "../../../packages/cli/src/runs/claude-client.js";
import { settingsIn } from "./support.js";

const VERTEX = { "terrace.config.json": '{ "provider": "vertex" }' };
const installed = (text: string) => ({
  ...VERTEX,
  "package.json": "{}",
  "node_modules/@anthropic-ai/vertex-sdk/package.json":
    '{ "name": "@anthropic-ai/vertex-sdk", "type": "module", "exports": "./index.js" }',
  "node_modules/@anthropic-ai/vertex-sdk/index.js": text,
});

test("a cloud's client comes from its own package, beside the configuration", async () => {
  const settings = await settingsIn(
    installed(
      "export class AnthropicVertex { constructor(options) { this.options = options; this.messages = {}; } }",
    ),
  );
  expect(await clientOf(settings)).toMatchObject({ options: { maxRetries: 0, logLevel: "off" } });
});

test.each([
  [
    VERTEX,
    'The provider "vertex" needs @anthropic-ai/vertex-sdk, which is not installed here. Install it: npm install @anthropic-ai/vertex-sdk.',
  ],
  [
    installed("export const nothing = 1;"),
    "Expected @anthropic-ai/vertex-sdk to have AnthropicVertex, got a version without it. Install a newer one.",
  ],
  [
    installed("export class AnthropicVertex { constructor() { throw new Error('No region was given.'); } }"),
    'The client of "vertex" cannot be made: No region was given.',
  ],
])(
  "a package that is missing, too old or without credentials is a mistake, in a line",
  async (files, message) => {
    await expect(clientOf(await settingsIn(files))).rejects.toThrow(message);
  },
);
