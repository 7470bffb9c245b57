/**
 * The page's one stylesheet, as text: it is part of the program, and not read from a disk. It covers light and dark,
 * narrow and wide, and paper.
 */

/** The stylesheet as CSS source. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #1c2024; --quiet: #5d646c; --line: #e1e2df; --soft: #f0f0ed;
  --accent: #0b6a5d; --accent-soft: #dff1ed; --on-accent: #ffffff;
  --good: #176b36; --bad: #b3261e; --odd: #8a5a00; --mark: #ffe9a8; --shadow: 0 1px 2px rgb(0 0 0 / .06);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1b1f23; --ink: #e7e9ea; --quiet: #a0a8b0; --line: #2f353b; --soft: #23282d;
    --accent: #5fd0bd; --accent-soft: #16362f; --on-accent: #06231e;
    --good: #6fd08c; --bad: #ff9a90; --odd: #f0bf62; --mark: #6b5510; --shadow: none;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; background: var(--page); color: var(--ink); }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: from-font; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
h1 { font-size: 1.55rem; margin: 0; letter-spacing: -.01em; font-weight: 650; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; font-weight: 600; }
p { margin: .6rem 0; }
code, pre, kbd { font: .9em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 .35em; background: var(--card); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: .5rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 9; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet, .none { color: var(--quiet); }
.small { font-size: .9rem; }

.top { display: flex; align-items: center; gap: .75rem 1.25rem; flex-wrap: wrap; padding: .6rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: .55rem; font-weight: 650; color: inherit; text-decoration: none; min-width: 0; max-width: 22rem; }
.brand span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.brand svg { flex: none; }
.mark-back { fill: var(--accent); }
.mark-lines { stroke: var(--on-accent); stroke-width: 2.4; stroke-linecap: round; }
.search { display: flex; flex: 1 1 16rem; max-width: 34rem; gap: .4rem; }
.search input { flex: 1; min-width: 0; }
.menu { display: flex; flex-wrap: wrap; gap: .15rem; margin-left: auto; }
.menu a { padding: .3rem .65rem; border-radius: 6px; text-decoration: none; color: inherit; white-space: nowrap; }
.menu a:hover { background: var(--soft); }
.menu a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.badge { display: inline-block; min-width: 1.5em; padding: 0 .4em; border-radius: 1em; background: var(--soft); color: var(--quiet); text-align: center; font-size: .85em; font-variant-numeric: tabular-nums; }
.badge.some { background: var(--accent); color: var(--on-accent); }

.columns { flex: 1; display: grid; grid-template-columns: 15.5rem minmax(0, 1fr); }
aside { border-right: 1px solid var(--line); padding: 1rem .75rem 2rem 1rem; }
.side > summary { font-weight: 600; padding: .2rem .5rem; cursor: pointer; }
.tables { list-style: none; margin: .4rem 0; padding: 0; }
.tables li > a, .tables li.quiet { display: flex; justify-content: space-between; gap: .75rem; padding: .3rem .5rem; border-radius: 6px; text-decoration: none; color: inherit; }
.tables li > a > span:first-child, .tables li.quiet > span:first-child { overflow-wrap: anywhere; }
.tables li > a:hover { background: var(--soft); }
.tables li > a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.count { color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 400; }
.more { color: var(--good); } .fewer { color: var(--bad); }
aside .small { padding: 0 .5rem; }
.night { display: grid; grid-template-columns: minmax(0, 1fr); gap: .3rem; padding: .4rem .5rem; }
.night label { grid-column: 1 / -1; font-size: .85rem; color: var(--quiet); }
.night select { min-width: 0; }
main { padding: 1.4rem 1.5rem 3rem; min-width: 0; }
footer { padding: .8rem 1.25rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .85rem; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .9rem; margin-bottom: .9rem; }
.head p { margin: 0; }
.crumbs { margin: 0 0 .3rem; font-size: .9rem; }

button, .button { font: inherit; font-size: .93rem; padding: .36rem .8rem; border-radius: 7px; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-block; box-shadow: var(--shadow); }
button:hover, .button:hover { border-color: var(--accent); }
button.main, .button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
input, select, textarea { font: inherit; font-size: .93rem; padding: .34rem .55rem; border-radius: 7px; border: 1px solid #8b9198; background: var(--card); color: var(--ink); max-width: 100%; }
input[type="checkbox"] { width: 1.1rem; height: 1.1rem; accent-color: var(--accent); margin: 0; vertical-align: middle; }
.acts { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center; margin: .8rem 0; }

.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); box-shadow: var(--shadow); }
.grid { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .93rem; }
.grid th { text-align: left; font-weight: 600; white-space: nowrap; background: var(--soft); padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
.grid th a { color: inherit; text-decoration: none; }
.grid th a:hover { text-decoration: underline; }
.grid th.secret a { text-decoration: underline; font-weight: 400; }
.grid td { padding: .42rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; max-width: 22rem; overflow-wrap: break-word; }
.grid td.text, .grid td.json { min-width: 9rem; }
.grid tbody tr:last-child td { border-bottom: 0; }
.grid tbody tr:hover td, .grid tbody tr:focus-within td { background: var(--soft); }
.grid .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.grid .time, .grid .date { white-space: nowrap; font-variant-numeric: tabular-nums; }
.grid .tick { width: 2.4rem; padding-right: 0; }
.grid .id, .grid .id a { color: var(--quiet); font-size: .87rem; white-space: nowrap; font-variant-numeric: tabular-nums; text-decoration: none; }
.grid .id a:hover { text-decoration: underline; }
.grid code { color: var(--quiet); display: block; max-width: 15rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.yes { color: var(--good); font-weight: 700; } .no { color: var(--quiet); }
.absent, .broken { color: var(--odd); }
.thumb img { height: 40px; width: auto; max-width: 80px; object-fit: contain; border-radius: 4px; display: block; background: var(--soft); }
.pager { display: flex; gap: .5rem; margin: 1rem 0; }
.pager a { padding: .36rem .8rem; border: 1px solid var(--line); border-radius: 7px; background: var(--card); text-decoration: none; }
.nothing { padding: 2.2rem 1rem; text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: 10px; }
.notice { padding: .6rem .9rem; border-radius: 8px; border: 1px solid var(--line); border-left: 4px solid var(--odd); background: var(--card); }

.filters { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: flex-start; margin-bottom: .8rem; }
.chip { display: inline-flex; gap: .45rem; align-items: center; background: var(--accent-soft); color: var(--accent); border-radius: 1rem; padding: .2rem .7rem; font-size: .9rem; overflow-wrap: anywhere; }
.chip a { text-decoration: none; font-weight: 700; padding: 0 .2rem; }
.filter[open] { flex: 1 1 100%; border: 1px solid var(--line); border-radius: 10px; background: var(--card); padding: .6rem 1rem; order: 9; }
.filter > summary { cursor: pointer; display: inline-block; font-size: .93rem; border: 1px solid var(--line); border-radius: 7px; padding: .28rem .8rem; background: var(--card); }
.filter > summary::before { content: "▸ "; color: var(--quiet); } .filter[open] > summary::before { content: "▾ "; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .5rem 1.5rem; margin-top: .8rem; }
.field { display: grid; grid-template-columns: minmax(0, 7rem) 7.5rem minmax(0, 1fr); gap: .4rem; align-items: center; }
.field .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

.cells { margin: 1rem 0; border: 1px solid var(--line); border-radius: 10px; background: var(--card); box-shadow: var(--shadow); overflow: hidden; }
.cells > div { display: grid; grid-template-columns: minmax(8rem, 13rem) minmax(0, 1fr); gap: .2rem 1.2rem; padding: .55rem 1rem; border-bottom: 1px solid var(--line); }
.cells > div:last-child { border-bottom: 0; }
.cells dt { color: var(--quiet); overflow-wrap: anywhere; }
.cells dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.cells p { margin: .2rem 0; }
.prose { white-space: pre-wrap; max-height: 24rem; overflow: auto; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24rem; overflow: auto; }
.picture { max-width: min(100%, 26rem); max-height: 22rem; border-radius: 8px; background: var(--soft); display: block; }
audio, video { max-width: 100%; }
ul.rows { columns: 18rem; padding-left: 1.1rem; margin: .3rem 0; }
ul.rows li { padding: .12rem 0; overflow-wrap: anywhere; break-inside: avoid; }
.hits { list-style: none; padding: 0; margin: 0; }
.hits li { padding: .5rem .9rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin-bottom: .4rem; overflow-wrap: anywhere; }
.hits p { margin: .1rem 0 0; color: var(--quiet); font-size: .92rem; }
mark { background: var(--mark); color: var(--ink); border-radius: 2px; }

.gallery { list-style: none; padding: 0; margin: 1rem 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .9rem; }
.gallery figure { margin: 0; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--card); height: 100%; box-shadow: var(--shadow); }
.preview { display: grid; place-items: center; height: 8.5rem; background: var(--soft); text-decoration: none; }
.preview img { max-width: 100%; max-height: 8.5rem; object-fit: contain; }
.type { font: 600 1rem ui-monospace, Menlo, Consolas, monospace; color: var(--quiet); max-width: 90%; overflow: hidden; text-overflow: ellipsis; }
figcaption { padding: .55rem .75rem; font-size: .88rem; display: grid; gap: .1rem; overflow-wrap: anywhere; }
.choose { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: end; }
.choose label { display: grid; font-size: .87rem; color: var(--quiet); }

.facts { list-style: none; padding: 0; margin: 0 0 1rem; }
.facts li { padding: .4rem .9rem; border-left: 4px solid var(--line); background: var(--card); margin-bottom: .35rem; border-radius: 0 8px 8px 0; overflow-wrap: anywhere; }
.facts .good { border-color: var(--good); } .facts .bad { border-color: var(--bad); } .facts .odd { border-color: var(--odd); }
.warnings { border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: .5rem .9rem; margin-bottom: .4rem; }
.warnings summary { cursor: pointer; }
.warnings li { overflow-wrap: anywhere; }

.hero { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.3rem; margin-bottom: 1.4rem; box-shadow: var(--shadow); }
.hero .verdict { font-size: 1.12rem; margin: .15rem 0; }
.hero dl { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin: .9rem 0 0; }
.hero dt { font-size: .82rem; color: var(--quiet); } .hero dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.cards { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .7rem; margin: 0; }
.cards a { display: block; height: 100%; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); text-decoration: none; color: inherit; box-shadow: var(--shadow); overflow-wrap: anywhere; }
.cards a:hover { border-color: var(--accent); }
.cards strong { display: block; color: var(--accent); }
.strip { display: flex; flex-wrap: wrap; gap: 4px; list-style: none; padding: 0; margin: .6rem 0; }
.strip a, .strip span.night-square { display: block; width: 1.6rem; height: 1.6rem; border-radius: 5px; border: 1px solid transparent; text-align: center; line-height: 1.5rem; font-size: .85rem; text-decoration: none; font-weight: 700; }
.strip .complete { background: var(--good); color: var(--card); }
.strip .incomplete { background: var(--odd); color: var(--card); }
.strip .wrong { background: var(--bad); color: var(--card); }
.strip span.night-square.missing { background: none; border: 1px dashed var(--quiet); color: var(--quiet); }
.strip [aria-current] { outline: 2px solid var(--ink); outline-offset: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .87rem; color: var(--quiet); }
.plot { width: 100%; height: auto; max-width: 44rem; display: block; }
.plot .line { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; }
.plot .area { fill: var(--accent-soft); } .plot .axis { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem 2rem; }
.plots figure { margin: 0; } .plots figcaption { padding: 0 0 .3rem; color: var(--quiet); }
.command { display: block; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; max-height: 16rem; overflow: auto; }
.old { background: color-mix(in srgb, var(--bad) 14%, transparent); border-radius: 3px; padding: 0 .2em; text-decoration: line-through; text-decoration-color: color-mix(in srgb, var(--bad) 60%, transparent); }
.new { background: color-mix(in srgb, var(--good) 16%, transparent); border-radius: 3px; padding: 0 .2em; }
.fate { font-size: .85rem; font-weight: 600; padding: 0 .4em; border-radius: 4px; background: var(--soft); }
.fate.added { color: var(--good); } .fate.deleted { color: var(--bad); } .fate.changed, .fate.returned { color: var(--odd); }
.changes { list-style: none; padding: .2rem 0 0; margin: 0; } .hits .changes li { border: 0; padding: .1rem 0; margin: 0; background: none; }
ins { text-decoration: none; }
.life { list-style: none; padding: 0; margin: 0; border-left: 2px solid var(--line); }
.life li { padding: .1rem 0 .6rem 1rem; overflow-wrap: anywhere; }
.life ul { list-style: none; padding: 0; }
.life ul li { padding: .1rem 0; }

@media (max-width: 760px) {
  html { font-size: 15px; }
  .columns { grid-template-columns: minmax(0, 1fr); grid-template-rows: auto 1fr; }
  aside { border-right: 0; border-bottom: 1px solid var(--line); padding: .5rem 1rem; }
  main { padding: 1rem 1rem 2.5rem; }
  .top { padding: .6rem 1rem; gap: .5rem .75rem; }
  .search { order: 9; flex: 1 1 100%; max-width: none; }
  .menu { margin-left: -.4rem; }
  .menu a { padding: .3rem .4rem; }
  .fields { grid-template-columns: minmax(0, 1fr); }
  .field { grid-template-columns: 1fr 1fr; }
  .field .name { grid-column: 1 / -1; }
  .cells > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .gallery { grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
  .grid td, .grid th { padding-left: .55rem; padding-right: .55rem; }
  .grid td { max-width: 16rem; }
}
@media (prefers-reduced-motion: no-preference) { .menu a, .tables a, button, .cards a { transition: background-color .12s, border-color .12s; } }
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb; --soft: #fff; --accent: #000; --shadow: none; }
  .top form, .menu, aside, footer, .acts, .filters, .pager, .tick, .skip { display: none; }
  .columns { display: block; } main { padding: 0; } .scroll { overflow: visible; border: 0; } .grid { font-size: 9pt; } .prose, pre { max-height: none; }
}
`;
