// Kinds of units (单位性质).

/** In the order in which they are offered. */
export const UNIT_KINDS = [
  "enterprise",
  "public_institution",
  "government",
  "social_organisation",
  "other",
] as const;
