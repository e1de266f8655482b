/**
 * Who accepts an output.
 *
 * `rule`: the team declares that outputs of its kind are reviewed by sample, and it is not of the sample.
 */
export type AcceptedBy = "reviewer" | "rule" | "person";
