// Files that the server hands out: saved, or opened in a viewer tab.

import { client } from "./client";
import { problemOf } from "./problem";

export interface FileAnswer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

export interface NamedFile {
  name: string;
  content: Blob;
}

/** Take a file out of a call that was made with `parseAs: "blob"`; throws its problem. */
export async function fileOf(call: Promise<FileAnswer>): Promise<NamedFile> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error);
  return { name: nameIn(response), content: data as Blob };
}

function nameIn(response: Response): string {
  const header = response.headers.get("Content-Disposition") ?? "";
  const encoded = /filename\*=(?:UTF-8|utf-8)''([^;]+)/.exec(header)?.[1];
  return encoded ? decodeURIComponent(encoded) : (/filename="([^"]+)"/.exec(header)?.[1] ?? "file");
}

/** Save a file as the browser does. */
export function save({ name, content }: NamedFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}

/**
 * Open a tab at once, as browsers allow only in the click itself, and show the PDF in it when it
 * comes. Without a tab (blocked) the file is saved.
 */
export async function showWhenReady(
  file: () => Promise<NamedFile>,
  waiting: string,
): Promise<void> {
  const tab = window.open("", "_blank");
  if (tab) tab.document.title = waiting;
  if (tab) tab.document.body.textContent = waiting;
  try {
    const found = await file();
    if (tab && !tab.closed) tab.location.href = URL.createObjectURL(found.content);
    else save(found);
  } catch (error) {
    tab?.close();
    throw error;
  }
}

const LOOK_AGAIN = 700;

/** Give the PDF of a print, which is answered at once or, when it takes long, found at a place. */
export async function printed(call: Promise<FileAnswer>): Promise<NamedFile> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error);
  if (response.status !== 202) return { name: nameIn(response), content: data as Blob };
  const place = response.headers.get("Location")?.split("/").at(-1) ?? "";
  const params = { path: { print_id: place } };
  for (;;) {
    const looked = await client.GET("/api/v1/prints/{print_id}", { params });
    if (!looked.response.ok) throw problemOf(looked.response.status, looked.error);
    if (looked.data?.state !== "pending") break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
  return fileOf(client.GET("/api/v1/prints/{print_id}/file", { params, parseAs: "blob" }));
}
