import type { Reference } from "./judge.js";
import { eventNamer } from "./name-events.js";
import { type Halt, POSITIONS } from "./orders.js";

/** A point: an event of the reference run, and where in its write. */
export type Point = Halt & { readonly event: string };

/** Every event of a run, at every position. */
export function allPoints({ log }: Pick<Reference, "log">): readonly Point[] {
  return log
    .map(eventNamer())
    .flatMap((event) => POSITIONS.map((position): Point => ({ event, position, blow: "kill" })));
}

/** A point as it is named on the command line, such as `call.sent/review/late2/1:begun`. */
export function nameOfPoint({ event, position }: Halt): string {
  return `${event}:${position}`;
}

/** The point of that name. @throws RangeError when the reference run has none. */
export function pointNamed(name: string, points: readonly Point[]): Point {
  const point = points.find((each) => nameOfPoint(each) === name);
  if (point !== undefined) return point;
  const [event = ""] = name.split(":");
  const near = points.filter((each) => each.event.startsWith(event.split("/")[0] ?? "")).slice(0, 9);
  throw new RangeError(
    `Expected --only to name an event of the reference run and one of ${POSITIONS.join(", ")}, got "${name}". ` +
      `Such as: ${near.map(nameOfPoint).join(" ") || "call.sent/plan/plan/1:begun"}`,
  );
}

/** So many points, spread evenly over the run and in turn over the positions. */
export function spreadOf(points: readonly Point[], count: number): readonly Point[] {
  const events = points.length / POSITIONS.length;
  return Array.from({ length: count }, (_, index) => {
    const event = Math.floor(((index + 0.5) * events) / count);
    return points[event * POSITIONS.length + (index % POSITIONS.length)] as Point;
  });
}
