/**
 * Answers that are made while they are read: a piece is made only when it is asked for. An error breaks the answer off,
 * so that nobody takes a part for the whole.
 */

/** A header, used only within the program, which marks an answer to be passed on in pieces. */
export const STREAMED = "x-streamed";

/** An answer made of pieces; texts become UTF-8. An empty piece only lets other work run. */
export function streamed(
  type: string,
  pieces: Iterable<string | Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { done, value } = iterator.next();
        if (done) return controller.close();
        if (value.length > 0) return controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    cancel() {
      iterator.return?.();
    },
  }, { highWaterMark: 0 });
  return passedOn(body, { "content-type": type, ...headers });
}

/** An answer whose pieces are passed on as they come. */
export function passedOn(body: ReadableStream<Uint8Array>, headers: Readonly<Record<string, string>>): Response {
  return new Response(body, { headers: { [STREAMED]: "yes", ...headers } });
}
