// A reporter for `node --test` that says only what failed: what an executor needs to know to do better.

/** Longer than any message that says what differs. */
const MOST = 240;

export default async function* failures(events) {
  let passed = 0;
  const failed = [];
  const said = [];
  for await (const { type, data } of events) {
    if (type === "test:stderr") said.push(data.message);
    if (type === "test:pass" && !isFile(data)) passed += 1;
    if (type !== "test:fail" || data.details.error?.failureType === "subtestsFailed") continue;
    const { error } = data.details;
    failed.push(isFile(data) ? thrown(said.join("")) : `${data.name}: ${inShort(error?.cause ?? error)}`);
  }
  if (failed.length > 0) {
    yield `${failed.length} of ${passed + failed.length} fail, first: ${failed[0]}\n`;
    for (const line of failed.slice(1)) yield `${line}\n`;
  } else if (passed === 0) {
    // A module that ends the process before its tests begin must not look as if it had passed them.
    process.exitCode = 1;
    yield "No test ran: the process ended before the first.\n";
  }
}

/** Whether it is a file that stands for itself, because it could not be loaded or has no tests. */
function isFile({ name, file }) {
  return file === undefined ? name.endsWith(".test.mjs") : file.endsWith(name);
}

/** The error that kept a file from being loaded. */
function thrown(stderr) {
  const line = stderr.split("\n").find((each) => /^\w*Error\b.*: /.test(each));
  return inShort(line ?? "The file could not be loaded.");
}

function inShort(cause) {
  const message = String(cause?.message ?? cause)
    .replaceAll(`${process.cwd()}/`, "")
    .replace(/\s+/g, " ")
    .trim();
  return message.length > MOST ? `${message.slice(0, MOST - 1)}…` : message;
}
