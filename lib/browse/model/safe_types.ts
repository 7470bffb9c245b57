/**
 * Types of media that a browser may show on this page, and the type that each is sent as. Every other type is
 * downloaded, whatever it says it is: HTML and SVG can contain scripts. Pure.
 */

/** How a browser shows a type, and the type with which it is sent: ours, never the text in the file. */
interface SafeType {
  readonly shape: "image" | "audio" | "video" | "pdf" | "text";
  readonly sentAs: string;
}

const image = (sentAs: string): SafeType => ({ shape: "image", sentAs });
const audio = (sentAs: string): SafeType => ({ shape: "audio", sentAs });
const video = (sentAs: string): SafeType => ({ shape: "video", sentAs });
const TEXT: SafeType = { shape: "text", sentAs: "text/plain; charset=utf-8" };

const SAFE_TYPES: ReadonlyMap<string, SafeType> = new Map([
  ["image/png", image("image/png")],
  ["image/jpeg", image("image/jpeg")],
  ["image/jpg", image("image/jpeg")],
  ["image/gif", image("image/gif")],
  ["image/webp", image("image/webp")],
  ["image/avif", image("image/avif")],
  ["image/bmp", image("image/bmp")],
  ["audio/mpeg", audio("audio/mpeg")],
  ["audio/mp3", audio("audio/mpeg")],
  ["audio/ogg", audio("audio/ogg")],
  ["audio/wav", audio("audio/wav")],
  ["audio/x-wav", audio("audio/wav")],
  ["audio/flac", audio("audio/flac")],
  ["audio/mp4", audio("audio/mp4")],
  ["audio/webm", audio("audio/webm")],
  ["video/mp4", video("video/mp4")],
  ["video/webm", video("video/webm")],
  ["video/ogg", video("video/ogg")],
  ["application/pdf", { shape: "pdf", sentAs: "application/pdf" }],
  ["text/plain", TEXT],
  ["text/csv", TEXT],
  ["text/markdown", TEXT],
  ["application/json", TEXT],
]);

/** The safe type for a medium's own type; null for any other. */
export function safeType(contentType: string | null): SafeType | null {
  const essence = (contentType ?? "").split(";", 1)[0] ?? "";
  return SAFE_TYPES.get(essence.trim().toLowerCase()) ?? null;
}

/** How a browser may show a medium; null for one that it may only download. */
export function mediumShape(contentType: string | null): SafeType["shape"] | "other" {
  return safeType(contentType)?.shape ?? "other";
}
