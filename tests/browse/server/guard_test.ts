/** Who may see a page: by the address that was printed, from the page itself, by GET. */
import assert from "node:assert/strict";
import { systemClock } from "../../../lib/clock.ts";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { SAMPLE_CONTENT } from "../../fixtures/apps/sample_content.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { rawRequest } from "../../fixtures/browsing/raw_request.ts";
import { type ShownPage, showPage } from "../../fixtures/browsing/running_page.ts";

/** A request that differs from a good one. */
interface Odd {
  readonly line?: string;
  readonly host?: string;
  readonly cookie?: string | null;
  readonly headers?: readonly string[];
  readonly status: number;
}

const ODD: Readonly<Record<string, (page: ShownPage) => Odd>> = {
  "the page's own": () => ({ status: 200 }),
  "localhost as the host": ({ origin }) => ({ host: `localhost:${new URL(origin).port}`, status: 200 }),
  "another site's name that was led here": () => ({ host: "evil.example", status: 403 }),
  "another site's name with this port": ({ origin }) => ({ host: `evil.example:${new URL(origin).port}`, status: 403 }),
  "this machine's address without a port": () => ({ host: "127.0.0.1", status: 403 }),
  "another port of this machine": () => ({ host: "127.0.0.1:1", status: 403 }),
  "all addresses as the host": ({ origin }) => ({ host: `0.0.0.0:${new URL(origin).port}`, status: 403 }),
  "no cookie": () => ({ cookie: null, status: 401 }),
  "a wrong cookie": ({ cookie }) => ({
    cookie: `${cookie.slice(0, -1)}${cookie.endsWith("_") ? "-" : "_"}`,
    status: 401,
  }),
  "a longer cookie": ({ cookie }) => ({ cookie: `${cookie}x`, status: 401 }),
  "an empty cookie": ({ cookie }) => ({ cookie: cookie.replace(/=.*/, "="), status: 401 }),
  "the cookie of another port": ({ cookie }) => ({ cookie: cookie.replace(/-\d+=/, "-1="), status: 401 }),
  "other cookies beside its own": ({ cookie }) => ({ cookie: `a=b; ${cookie}; c=d`, status: 200 }),
  "the token in another address": ({ url }) => ({
    cookie: null,
    line: `GET /table/101?token=${new URL(url).searchParams.get("token")} HTTP/1.1`,
    status: 401,
  }),
  "a wrong token": () => ({ cookie: null, line: "GET /?token=wrong HTTP/1.1", status: 401 }),
  "another site as its origin": () => ({ headers: ["Origin: https://evil.example"], status: 403 }),
  "no site as its origin": () => ({ headers: ["Origin: null"], status: 403 }),
  "another port as its origin": () => ({ headers: ["Origin: http://127.0.0.1:1"], status: 403 }),
  "its own origin over TLS": ({ origin }) => ({ headers: [`Origin: ${origin.replace("http", "https")}`], status: 403 }),
  "its own origin": ({ origin }) => ({ headers: [`Origin: ${origin}`], status: 200 }),
  "a picture on another site": () => ({
    headers: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"],
    status: 403,
  }),
  "a script of another port": () => ({
    headers: ["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"],
    status: 403,
  }),
  "a frame on another site": () => ({
    headers: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"],
    status: 403,
  }),
  "POST": () => ({ line: "POST / HTTP/1.1", status: 405 }),
  "PUT": () => ({ line: "PUT /table/101 HTTP/1.1", status: 405 }),
  "DELETE": () => ({ line: "DELETE /row/101/1 HTTP/1.1", status: 405 }),
  "HEAD": () => ({ line: "HEAD / HTTP/1.1", status: 405 }),
  "OPTIONS": () => ({ line: "OPTIONS / HTTP/1.1", status: 405 }),
  "a method of its own": () => ({ line: "DROP / HTTP/1.1", status: 405 }),
  "a path to a file": () => ({ line: "GET /../../etc/passwd HTTP/1.1", status: 404 }),
  "an address of another site": () => ({
    line: "GET http://evil.example/ HTTP/1.1",
    host: "evil.example",
    status: 403,
  }),
};

Deno.test("a request is answered when it is the page's own, and refused otherwise", async (test) => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  await using page = await showPage(dir.file("app.sqlite"), systemClock, null);
  for (const [name, make] of Object.entries(ODD)) {
    await test.step(name, async () => {
      const { line = "GET / HTTP/1.1", host = new URL(page.origin).host, cookie = page.cookie, headers = [], status } =
        make(
          page,
        );
      const cookies = cookie === null ? [] : [`Cookie: ${cookie}`];
      const answer = await rawRequest(page.origin, [line, `Host: ${host}`, ...cookies, ...headers]);
      assert.equal(answer.status, status, answer.text.slice(0, 500));
      if (status === 200) return;
      if (status !== 404) assert.doesNotMatch(answer.text, /authors|set-cookie/i);
      assert.match(answer.text, /cache-control: no-store/);
    });
  }
});

Deno.test("the printed address gives a cookie that no script reads and no other site sends, and leaves the address", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  await using page = await showPage(dir.file("app.sqlite"), systemClock, null);
  const answer = await fetch(page.url, { redirect: "manual" });
  await answer.body?.cancel();
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("location"), "/");
  assert.equal(answer.headers.get("set-cookie"), `${page.cookie}; Path=/; HttpOnly; SameSite=Strict`);
});

Deno.test("every answer says what a browser may do with it", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  await using page = await showPage(dir.file("app.sqlite"), systemClock, null);
  for (const path of ["/", "/table/102", "/media/1", "/nothing", "/assets/page.css", "/files.zip", "/search?q=emma"]) {
    const { headers, body } = await page.get(path);
    await body?.cancel();
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("cache-control"), "no-store", path);
    assert.equal(headers.get("referrer-policy"), "no-referrer", path);
    assert.equal(headers.get("x-frame-options"), "DENY", path);
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin", path);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; /, path);
    assert.doesNotMatch(policy.replace("style-src 'unsafe-inline'", ""), /unsafe|http|\*/, path);
    assert.equal(policy.includes("sandbox"), path.startsWith("/media/"), path);
  }
});

Deno.test("browse ends when nobody has looked for an hour, and each look begins the hour anew", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), SAMPLE_CONTENT);
  const clock = new ManualClock();
  await using page = await showPage(dir.file("app.sqlite"), clock, null);
  clock.advance(3_599_000);
  await (await page.get("/")).body?.cancel();
  clock.advance(3_599_000);
  await (await page.get("/", { cookie: "" })).body?.cancel();
  clock.advance(1_000);
  assert.equal(await page.ended, "idle");
});
