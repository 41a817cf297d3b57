// Files that go to the server: a form instead of JSON.

/** Serialise a call's body as a form; give it as `bodySerializer`. */
export function asForm(body: Record<string, unknown>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    if (value instanceof Blob || typeof value === "string") form.append(name, value);
  }
  return form;
}

/** A file where the generated types have a string: they know no binary. */
export function binary(file: File): string {
  return file as unknown as string;
}
