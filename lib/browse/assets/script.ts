/**
 * The page's one script, as text. It only adds comfort: every page works without it. It never makes HTML out of text,
 * and sends requests to this program only.
 */

/** The script as JavaScript source. */
export const SCRIPT = `"use strict";
(() => {
  const search = document.getElementById("q");
  const typing = (element) => /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) && element.type !== "checkbox";

  // Narrow screens: the list of tables begins closed, so that the page itself is seen first.
  const side = document.querySelector(".side");
  if (side && matchMedia("(max-width: 760px)").matches) side.open = false;

  // Keys: "/" searches; arrows go from row to row of a table, Enter opens one.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...document.querySelectorAll("tr[data-href] td.id a")];
    if (links.length === 0) return;
    const row = event.target.closest && event.target.closest("tr[data-href]");
    const at = row ? links.findIndex((link) => row.contains(link)) : -1;
    if (at === -1 && !event.target.matches("body, main, .scroll")) return;
    const next = event.key === "ArrowDown" ? at + 1 : at === -1 ? links.length - 1 : at - 1;
    if (!links[next]) return;
    event.preventDefault();
    links[next].focus({ preventScroll: true });
    links[next].closest("tr").scrollIntoView({ block: "nearest" });
  });

  // A click beside a row's links opens the row.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, input, button, label, .tick") || String(getSelection()) !== "") return;
    location.assign(row.dataset.href);
  });

  // The search field shows results while one writes.
  const found = document.getElementById("results");
  if (search && found && "fetch" in window) {
    let waiting = 0;
    let asked = null;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        if (asked) asked.abort();
        asked = new AbortController();
        const query = new URLSearchParams(new FormData(search.form));
        try {
          const answer = await fetch("/search?" + query, { signal: asked.signal });
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const fresh = page.getElementById("results");
          if (answer.ok && fresh) {
            found.replaceChildren(...document.importNode(fresh, true).childNodes);
            history.replaceState(null, "", "/search?" + query);
          }
        } catch (error) {
          if (error.name !== "AbortError") throw error;
        }
      }, 250);
    });
  }

  // A tick goes into the basket at once: the program says what the basket's text is then, and all addresses get it.
  const setBasket = (address, basket) => {
    const url = new URL(address, location.href);
    if (basket === "") url.searchParams.delete("basket");
    else url.searchParams.set("basket", basket);
    return url.pathname + url.search + url.hash;
  };
  document.addEventListener("change", async (event) => {
    const box = event.target;
    if (!box.matches(".tick input")) return;
    const basket = new URLSearchParams(location.search).get("basket") || "";
    const night = box.form.elements.night.value;
    const tick = box.checked ? "yes" : "no";
    const answer = await fetch("/basket/text?" + new URLSearchParams({ basket, night, row: box.value, tick }));
    if (!answer.ok) return;
    const changed = await answer.json();
    history.replaceState(null, "", setBasket(location.href, changed.basket));
    for (const link of document.querySelectorAll("a[href^='/']")) {
      if (!link.pathname.startsWith("/media/")) link.setAttribute("href", setBasket(link.href, changed.basket));
    }
    for (const row of document.querySelectorAll("tr[data-href]")) row.dataset.href = setBasket(row.dataset.href, changed.basket);
    for (const form of document.querySelectorAll("form[action^='/']")) {
      const field = form.querySelector("input[name=basket]") || document.createElement("input");
      Object.assign(field, { type: "hidden", name: "basket", value: changed.basket });
      form.append(field);
    }
    count(changed.rows);
  });
  const badge = document.getElementById("basket-count");
  const count = (rows) => {
    badge.textContent = String(rows);
    badge.classList.toggle("some", rows > 0);
  };

  // Copying: row ids and commands.
  for (const code of document.querySelectorAll(".copy")) {
    if (!navigator.clipboard) break;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    code.after(" ", button);
  }

  // The choice of a night needs no button.
  const night = document.querySelector(".night select");
  if (night) {
    night.form.querySelector("button").hidden = true;
    night.addEventListener("change", () => night.form.submit());
  }
})();
`;
