// What a list is asked for.

/** Leave out what is empty: a filter that is not filled in is no filter. */
export function given<Filters extends Record<string, unknown>>(filters: Filters): Partial<Filters> {
  return Object.fromEntries(
    Object.entries(filters).filter(
      ([, value]) => value !== "" && value !== null && value !== undefined,
    ),
  ) as Partial<Filters>;
}
