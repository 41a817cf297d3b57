// Files that the server hands out: saved, or opened in a viewer tab.

import { answer, client, type Schemas } from "./client";
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

/** A print, and how far it is. */
export type Print = Schemas["PrintAnswer"];

/** Give a print as it is now. */
export function readPrint(id: string): Promise<Print> {
  return answer(client.GET("/api/v1/prints/{print_id}", { params: { path: { print_id: id } } }));
}

/** Give the PDF of a print that is ready. */
export function fileOfPrint(id: string): Promise<NamedFile> {
  const params = { path: { print_id: id } };
  return fileOf(client.GET("/api/v1/prints/{print_id}/file", { params, parseAs: "blob" }));
}

/** Ask for a print: gives its PDF when that is ready at once, else the print's id. */
export async function askedPrint(call: Promise<FileAnswer>): Promise<NamedFile | string> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error);
  if (response.status !== 202) return { name: nameIn(response), content: data as Blob };
  return response.headers.get("Location")?.split("/").at(-1) ?? "";
}

/** Give the PDF of a print that was asked for, as soon as there is one; `follow` hears its id. */
export async function printed(
  call: Promise<FileAnswer>,
  follow: (id: string) => void,
): Promise<NamedFile> {
  const found = await askedPrint(call);
  if (typeof found !== "string") return found;
  follow(found);
  while ((await readPrint(found)).state === "pending")
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  return fileOfPrint(found);
}
