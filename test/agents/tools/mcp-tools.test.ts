// Real MCP servers from npm, used by executors over the official client.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type McpConfig, mcpTools } from "@terrace/agents";
import { checkInvariants } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { asks, playTools, use } from "../../faults/tooling.js";

const modules = fileURLToPath(new URL("../../../node_modules/@modelcontextprotocol/", import.meta.url));
const EVERYTHING = `${modules}server-everything/dist/index.js`;
const FILESYSTEM = `${modules}server-filesystem/dist/index.js`;

let folder = "";
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "terrace-")));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const { execPath: command } = process;

/** The reference server, which leaves its process id in a file each time it is started. */
function everything(): McpConfig {
  const code = `import { appendFileSync } from "node:fs";
    appendFileSync(process.env.TRACE, process.pid + "\\n");
    await import(process.env.SERVER);`;
  const env = { TRACE: join(folder, "pids"), SERVER: EVERYTHING };
  return { mcpServers: { all: { command, args: ["--input-type=module", "-e", code], env } } };
}

const pids = (): readonly number[] =>
  existsSync(join(folder, "pids"))
    ? readFileSync(join(folder, "pids"), "utf8").trim().split("\n").map(Number)
    : [];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function untilGone(all: readonly number[]): Promise<void> {
  while (all.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("over stdio,", () => {
  test("executors use the tools of a server, which is started once and gone with the run", async () => {
    const turns = [
      asks(
        use("mcp__all__echo", { message: "hi" }, "1"),
        use("mcp__all__get-sum", { a: 1, b: 2 }, "2"),
        use("mcp__all__get-tiny-image", {}, "3"),
      ),
      asks(use("mcp__all__get-sum", { a: 1, b: "x" }, "4")),
    ];
    const names = ["mcp__all__echo", "mcp__all__get-sum", "mcp__all__get-tiny-image"];
    const { shown, answer, run } = await playTools([mcpTools(everything())], turns, { names });

    expect(answer).toBe("done");
    expect(shown[0]).toEqual([
      { id: "1", isError: false, content: "Echo: hi" },
      { id: "2", isError: false, content: "The sum of 1 and 2 is 3." },
      { id: "3", isError: false, content: expect.stringMatching(/\(image, image\/png, \d+ bytes\)/) },
    ]);
    expect(shown[1]).toEqual([
      { id: "4", isError: true, content: "Nothing was run: b: expected number, got string." },
    ]);
    expect(eventsOf(run.log, "tool.started").map(({ hasEffect }) => hasEffect)).toEqual([
      false,
      false,
      false,
    ]);
    expect(checkInvariants(run.log)).toEqual([]);
    expect(pids()).toHaveLength(1);
    await untilGone(pids());
  });

  test("a model is told of the tools that its task was granted, and of no others", async () => {
    const { simulator } = await playTools([mcpTools(everything())], [], { names: ["mcp__all__echo"] });
    const [first] = simulator.requests;
    const { tools } = (first?.body ?? {}) as { readonly tools?: unknown };

    expect(tools).toEqual([
      {
        name: "mcp__all__echo",
        description: "Echoes back the input string",
        input_schema: {
          type: "object",
          properties: { message: { type: "string", description: "Message to echo" } },
          required: ["message"],
        },
      },
    ]);
  });

  test("a server that is not needed is not started", async () => {
    await playTools([mcpTools(everything())], [], { names: [] });
    expect(pids()).toEqual([]);
  });

  test("a server that died is started anew", async () => {
    const turn = (id: string) => ({ text: "", content: [use("mcp__all__echo", { message: id }, id)] });
    let asked = 0;
    const { shown, answer } = await playTools([mcpTools(everything())], [], {
      names: ["mcp__all__echo"],
      world: {
        async answer({ system }) {
          if (system.startsWith("You are the reviewer"))
            return {
              json: { criteria: [{ criterion: 0, met: true, finding: "" }], problems: [], blame: "" },
            };
          asked += 1;
          if (asked === 2) {
            for (const pid of pids()) process.kill(pid, "SIGKILL");
            await untilGone(pids());
          }
          if (asked < 4) return turn(`${asked}`);
          return { json: { output: "done", confidence: "high", because: "It is.", unverified: [] } };
        },
      },
    });

    // The call that finds out may fail; the one after it does not.
    const contents = shown.flat().map(({ content }) => content);
    expect([contents[0], contents[2]]).toEqual(["Echo: 1", "Echo: 3"]);
    expect(answer).toBe("done");
    expect(pids()).toHaveLength(2);
  });

  test("a server that cannot be started pauses the run, says why, and tells nothing of what was filled in", async () => {
    const config = {
      mcpServers: { gone: { command: "/nowhere/server", env: { TOKEN: "very-secret-token" } } },
    };
    const { run, message } = await playTools([mcpTools(config)], [], { names: ["mcp__gone__echo"] });

    expect(run.state.status).toBe("paused");
    expect(message).toContain(
      'The MCP server "gone" could not be started: "spawn /nowhere/server ENOENT". Check its `command`, `args` and `env`.',
    );
    expect(JSON.stringify(run.log)).not.toContain("very-secret-token");
  });

  test("a tool that its server does not have pauses the run", async () => {
    const { message } = await playTools([mcpTools(everything())], [], { names: ["mcp__all__nothing"] });
    expect(message).toContain(
      'The team declares the tool "mcp__all__nothing", which these agents do not have',
    );
    await untilGone(pids());
  });
});

describe("the filesystem server", () => {
  const config = (): McpConfig => ({
    mcpServers: { files: { command, args: [FILESYSTEM, folder] } },
  });

  test("writes and reads; what it says changes something has an effect, and what only reads has none", async () => {
    const path = join(folder, "note.txt");
    const turns = [
      asks(use("mcp__files__write_file", { path, content: "Remember the milk." }, "1")),
      asks(use("mcp__files__read_text_file", { path }, "2")),
      asks(use("mcp__files__read_text_file", { path: "/etc/hostname" }, "3")),
    ];
    const names = ["mcp__files__write_file", "mcp__files__read_text_file"];
    const { shown, run } = await playTools([mcpTools(config())], turns, { names });

    expect(readFileSync(path, "utf8")).toBe("Remember the milk.");
    expect(shown[1]).toEqual([{ id: "2", isError: false, content: "Remember the milk." }]);
    expect(shown[2]?.[0]).toMatchObject({ isError: true, content: expect.stringContaining("Access denied") });
    expect(eventsOf(run.log, "tool.started").map(({ hasEffect }) => hasEffect)).toEqual([true, false, false]);
  });
});

test("over HTTP, a server is used as it is over stdio", async () => {
  const port = await freePort();
  const env = { ...process.env, PORT: `${port}` };
  const child = spawn(command, [EVERYTHING, "streamableHttp"], { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (data: Buffer) => data.toString().includes("listening") && resolve());
    child.stdout.on("data", (data: Buffer) => data.toString().includes("listening") && resolve());
  });
  const file = join(folder, ".mcp.json");
  process.env.TERRACE_TEST_PORT = `${port}`;
  const the = (name: string): string => `\${${name}}`;
  const headers = { "x-a": the("TERRACE_NO_SUCH:-b") };
  const far = { type: "http", url: `http://127.0.0.1:${the("TERRACE_TEST_PORT")}/mcp`, headers };
  writeFileSync(file, JSON.stringify({ mcpServers: { far } }));
  const { shown } = await playTools([mcpTools(file)], [asks(use("mcp__far__echo", { message: "hi" }))], {
    names: ["mcp__far__echo"],
  });

  expect(shown[0]?.[0]).toMatchObject({ isError: false, content: "Echo: hi" });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
