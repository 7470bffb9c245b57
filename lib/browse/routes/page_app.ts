/**
 * Every address of the page and what it shows. No other address exists. Only the nights are read from a disk, and
 * nothing is written.
 */
import { type Context, Hono } from "../../builtin/hono.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { countOf } from "../../ui/text/count.ts";
import { parseRowId } from "../../value/row_id.ts";
import { hrefOf, readPlace } from "../address/place.ts";
import { readGridView } from "../address/grid_view.ts";
import { ICON } from "../assets/icon.ts";
import { SCRIPT } from "../assets/script.ts";
import { STYLESHEET } from "../assets/stylesheet.ts";
import { detailsPage } from "../pages/details_page.ts";
import { gridPage } from "../pages/grid_page.ts";
import { healthPage } from "../pages/health_page.ts";
import { homePage } from "../pages/home_page.ts";
import { messagePage, plainPage } from "../pages/message_page.ts";
import { rowPage } from "../pages/row_page.ts";
import { framedPage, type PageBody } from "../parts/page_frame.ts";
import { readGridPage } from "../queries/grid_rows.ts";
import { readHealth } from "../queries/health_facts.ts";
import { readRowPage } from "../queries/row_page_data.ts";
import { basketRoutes } from "./basket_routes.ts";
import { compareRoutes } from "./compare_routes.ts";
import { fileRoutes } from "./file_routes.ts";
import { lifeOf } from "./life_of.ts";
import { detailsOf, homeFacts, nightFacts } from "./night_facts.ts";
import { BadAddress, NotThere, pageRequest } from "./page_request.ts";
import { searchRoutes } from "./search_routes.ts";
import { type Shelf, StillMaking } from "./shelf.ts";

/**
 * The program's pages for some nights, as a Hono app.
 * @param now milliseconds since 1970
 */
export function pageApp(shelf: Shelf, now: () => number): Hono {
  const app = new Hono();
  const asset = (path: string, type: string, text: string) =>
    app.get(path, () => new Response(text, { headers: { "content-type": `${type}; charset=utf-8` } }));
  asset("/assets/page.css", "text/css", STYLESHEET);
  asset("/assets/page.js", "text/javascript", SCRIPT);
  asset("/assets/icon.svg", "image/svg+xml", ICON);

  app.get(
    "/",
    (context) =>
      page(shelf, context, ({ frame, file, night }) => homePage(frame, homeFacts(shelf.library, file, night, now()))),
  );
  app.get("/night", (context) => context.redirect(hrefOf(readPlace(new URL(context.req.url).searchParams), []), 303));
  app.get(
    "/health",
    (context) =>
      page(
        shelf,
        context,
        ({ frame, file, night }) => healthPage(frame, readHealth(file), nightFacts(shelf.library, file, night)),
      ),
  );
  app.get(
    "/details",
    (context) => page(shelf, context, ({ frame, file, night }) => detailsPage(frame, detailsOf(file, night))),
  );
  app.get("/table/:table{\\d{1,15}}", (context) =>
    page(shelf, context, ({ frame, file, query }) => {
      const table = file.table(Number(context.req.param("table")));
      if (table === null) throw new NotThere("This backup has no such table.");
      const view = readGridView(query);
      return gridPage(frame, readGridPage(file, table, view), view);
    }));
  app.get("/row/:table{\\d{1,15}}/:row{\\d{1,19}}", (context) =>
    page(shelf, context, async (asked) => {
      const { frame, file, query } = asked;
      const id = parseRowId(`[${context.req.param("table")},${context.req.param("row")}]`);
      const table = id === null ? null : file.table(id.table);
      const secrets = query.get("secrets") === "show";
      const row = id === null || table === null ? null : readRowPage(file, table, id.row, secrets);
      if (row === null) throw new NotThere("This backup has no such row.");
      return rowPage(frame, row, secrets, await lifeOf(shelf, asked, row.table.plan.tableId, row.row));
    }));
  searchRoutes(app, shelf, now);
  fileRoutes(app, shelf);
  basketRoutes(app, shelf);
  compareRoutes(app, shelf);

  app.notFound((context) => sorry(shelf, context, 404, "There is nothing here", "No page has this address."));
  app.onError((error, context) => {
    if (error instanceof StillMaking) {
      context.header("refresh", "1");
      return context.html(
        plainPage("One moment", `This night is being taken out of the vault: ${makingText(error)}`),
        202,
      );
    }
    if (error instanceof NotThere) return sorry(shelf, context, 404, "Not here", error.message);
    if (error instanceof BadAddress) return sorry(shelf, context, 400, "This address cannot be read", error.message);
    if (error instanceof AnvilSqliteError) {
      return context.html(plainPage("This backup cannot be read", `${error.message}. ${error.hint ?? ""}`), 500);
    }
    return context.html(plainPage("Something went wrong", "This page could not be made. The others still work."), 500);
  });
  return app;
}

function makingText({ rows }: StillMaking): string {
  return `${rows === 0 ? "it has just begun" : `${countOf(rows, "row")} so far`}. The page comes by itself.`;
}

/** A page within its frame. */
async function page(
  shelf: Shelf,
  context: Context,
  make: (request: Awaited<ReturnType<typeof pageRequest>>) => PageBody | Promise<PageBody>,
): Promise<Response> {
  const request = await pageRequest(shelf, context);
  return context.html(framedPage(request.frame, await make(request)));
}

/** A message when there is no page; it has the frame if a night can be opened. */
async function sorry(shelf: Shelf, context: Context, status: 400 | 404, title: string, text: string) {
  try {
    const { frame } = await pageRequest(shelf, context);
    return context.html(framedPage(frame, messagePage(title, text)), status);
  } catch {
    return context.html(plainPage(title, text), status);
  }
}
