#!/usr/bin/env node
// The door of the command. Written so that an old Node can read it and say that it is too old.

const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];

if (major > 20 || (major === 20 && minor >= 19)) {
  void import("./main.js");
} else {
  process.stderr.write(
    `Terrace needs Node 20.19 or later, and this is ${process.versions.node}. Install a newer one: https://nodejs.org.\n`,
  );
  process.exitCode = 2;
}
