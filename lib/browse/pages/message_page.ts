/**
 * A page with one message: something is not there, or did not work. Pure.
 */
import { html, type Markup } from "../parts/markup.ts";
import type { PageBody } from "../parts/page_frame.ts";

/** A message within the frame of all pages. */
export function messagePage(title: string, text: string): PageBody {
  return {
    title,
    body: html`
      <div class="head">
        <h1>${title}</h1>
      </div>
      <p>${text}</p>
    `,
  };
}

/**
 * A message without a frame: for somebody who may not see the page, or when there is no file to show. It needs no other
 * file.
 */
export function plainPage(title: string, text: string): Markup {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title}</title>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${text}</p>
        </main>
      </body>
    </html>
  `;
}
