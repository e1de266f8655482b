import { loadSettings, type Settings } from "../config/settings.js";
import { type CheckLine, checkAll } from "../doctor/checks.js";
import { type SetValue, valuesOf } from "../doctor/values.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { secretsOf } from "../runs/claude-client.js";
import type { StoreOptions } from "../runs/store.js";
import { type Surroundings, UsageError, wantsColour } from "../surroundings.js";
import { createPalette, type Palette } from "../text/palette.js";
import { plainTable } from "../text/plain-table.js";
import { safeJson, safeLine, safeText } from "../text/safe-text.js";

/** Options of `terrace doctor`. */
export interface DoctorOptions extends StoreOptions {
  /** Whether nobody outside of this machine is asked. */
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** Shows each value with where it comes from, and whether key, models, prices, store and roles are in order. */
export async function doctorCommand(options: DoctorOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, env } = surroundings;
  const settings = await tryToLoad(surroundings);
  const isWrong = settings instanceof UsageError;
  const values = isWrong ? [] : valuesOf(settings, options);
  const checks = isWrong ? wrongLines(settings) : await checkAll(settings, options);
  const isOk = checks.every(({ status }) => status !== "error");
  const palette = createPalette(wantsColour(stdout, env));
  const text =
    options.json === true
      ? `${safeJson({ type: "doctor", ok: isOk, values, checks })}\n`
      : describe(values, checks, palette);
  stdout.write(isWrong ? text : hide(text, secretsOf(settings)));
  return isOk ? EXIT.accepted : EXIT.usage;
}

async function tryToLoad(surroundings: Surroundings): Promise<Settings | UsageError> {
  try {
    return await loadSettings(surroundings);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function wrongLines({ message }: UsageError): readonly CheckLine[] {
  return message.split("\n").map((text) => ({ name: "configuration", status: "error", text }));
}

/** A key is in no value; should a server or a file repeat one, it is not shown either. */
function hide(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(({ length }) => length >= 8)
    .reduce((shown, secret) => shown.replaceAll(secret, "…"), text);
}

const SIGNS = { ok: "✔", warning: "!", error: "✖" } as const;

function describe(values: readonly SetValue[], checks: readonly CheckLine[], palette: Palette): string {
  const { green, yellow, red, dim } = palette;
  const paint = { ok: green, warning: yellow, error: red };
  const table = plainTable(palette, ["value", "is", "from"], []);
  for (const { name, value, from } of values)
    table.push([name, safeLine(value, 60), dim(safeLine(from, 60))]);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(
    ({ name, status, text }) => `${paint[status](SIGNS[status])} ${name.padEnd(width)}  ${safeText(text)}`,
  );
  return `${[...(values.length === 0 ? [] : [table.toString(), ""]), ...lines].join("\n")}\n`;
}
