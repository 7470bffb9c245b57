/**
 * A medium as the answer to an HTTP request, piece by piece. Other files decide which medium that is, and who may have
 * it.
 */
import type { MediaToSend } from "./reply/media_out.ts";
import { type Line, writeAll } from "./socket/line.ts";

/** Sends a medium as the answer to a request, piece by piece, so that a slow reader costs no memory. */
export async function sendMediaAnswer(line: Line, media: MediaToSend, download: boolean): Promise<void> {
  const encoder = new TextEncoder();
  const name = encodeURIComponent(media.name ?? "untitled").replace(/['()*]/g, (char) => `%${hex(char)}`);
  const head = [
    "HTTP/1.1 200 OK",
    `Content-Type: ${headerText(media.contentType ?? "application/octet-stream")}`,
    `Content-Disposition: ${download ? "attachment" : "inline"}; filename*=UTF-8''${name}`,
    // Files from an app's users must not run scripts here.
    "Content-Security-Policy: sandbox",
    "X-Content-Type-Options: nosniff",
    "Transfer-Encoding: chunked",
    "Connection: close",
  ];
  await writeAll(line, encoder.encode(`${head.join("\r\n")}\r\n\r\n`));
  for (const chunk of media.chunks) {
    if (chunk.length === 0) continue;
    await writeAll(line, encoder.encode(`${chunk.length.toString(16)}\r\n`));
    await writeAll(line, chunk);
    await writeAll(line, encoder.encode("\r\n"));
  }
  await writeAll(line, encoder.encode("0\r\n\r\n"));
  await line.closeWrite();
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase();
}

/** A header may hold visible ASCII and spaces; other characters could end it. */
function headerText(text: string): string {
  return text.replace(/[^ -~]/g, "?");
}
