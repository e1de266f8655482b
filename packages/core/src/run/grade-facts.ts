import type { Fault } from "./fault.js";
import type { Route } from "./route.js";
import type { GradeFinding, GradeStep } from "./shadow.js";

/** What a shadow run records of its grades, by type. */
export interface GradeFacts<T extends string = string> {
  /** The core decided to have an accepted attempt of another run graded. */
  "grade.queued": {
    readonly taskId: string;
    readonly step: GradeStep;
    readonly retry: number;
    readonly role: string;
    readonly route: Route & { readonly tier: T };
    readonly urgency: "live";
    readonly delayMs: number;
  };
  /** A step of a grade was answered. */
  "grade.returned": { readonly taskId: string; readonly finding: GradeFinding };
  /** It brought no answer that could be used. */
  "grade.failed": { readonly taskId: string; readonly step: GradeStep; readonly fault: Fault };
}
