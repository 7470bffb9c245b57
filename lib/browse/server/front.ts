/**
 * The front of the page: every request passes the guard here, and every answer gets its headers here. It knows no file.
 */
import { type Context, Hono, secureHeaders } from "../../builtin/hono.ts";
import { plainPage } from "../pages/message_page.ts";
import type { Guard } from "./guard.ts";

/** Answers an allowed request, by its path and query; `gone` rejects when its reader goes away. */
type AnswerOf = (path: string, gone: Promise<unknown>) => Promise<Response>;

/** What else Deno knows of a request. Its own signal is not used: Deno aborts it for answered requests too. */
type ServedWith = { readonly Bindings: Pick<Deno.ServeHandlerInfo, "completed"> };

/** What a page must never do: load anything from outside this program, be framed, or say where a reader came from. */
const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  scriptSrc: ["'self'"],
  imgSrc: ["'self'"],
  mediaSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};
/**
 * A medium comes from strangers: it may do nothing and has no origin. Styles are those of the browser's own viewers.
 */
const MEDIA_POLICY = {
  defaultSrc: ["'none'"],
  styleSrc: ["'unsafe-inline'"],
  frameAncestors: ["'none'"],
  sandbox: [],
};

type Policy = NonNullable<NonNullable<Parameters<typeof secureHeaders>[0]>["contentSecurityPolicy"]>;

const headersWith = (contentSecurityPolicy: Policy) =>
  secureHeaders({
    contentSecurityPolicy,
    xFrameOptions: "DENY",
    referrerPolicy: "no-referrer",
    strictTransportSecurity: false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });
const PAGE_HEADERS = headersWith(PAGE_POLICY);
const MEDIA_HEADERS = headersWith(MEDIA_POLICY);

/** Addresses of what belongs to the backup and not to this program. */
const FOREIGN = /^\/(?:media|text)\//;

/**
 * The front of the page, with the guard and the headers.
 * @param seen is called for each allowed request
 */
export function front(guard: Guard, answerOf: AnswerOf, seen: () => void): Hono<ServedWith> {
  const app = new Hono<ServedWith>();
  app.use(async (context, next) => {
    await next();
    const headers = FOREIGN.test(context.req.path) ? MEDIA_HEADERS : PAGE_HEADERS;
    await headers(context, () => Promise.resolve());
    context.header("cache-control", "no-store");
  });
  app.all("*", async (context) => {
    const url = new URL(context.req.url);
    const verdict = guard.judge({
      method: context.req.method,
      header: (name) => context.req.header(name) ?? null,
      path: url.pathname,
      token: url.searchParams.get("token"),
    });
    switch (verdict.kind) {
      case "refuse":
        return refused(context, verdict.status, verdict.reason);
      case "welcome":
        context.header("set-cookie", guard.cookie);
        return context.redirect("/", 303);
      case "pass":
        seen();
        return await answerOf(url.pathname + url.search, context.env.completed);
    }
  });
  app.onError((_error, context) => refused(context, 500, "This page could not be made."));
  return app;
}

function refused(context: Context, status: 401 | 403 | 405 | 500, reason: string): Response | Promise<Response> {
  if (status === 405) context.header("allow", "GET");
  return context.html(plainPage(status === 500 ? "Something went wrong" : "Not shown", reason), status);
}
