"""The style sheet of the HTML report: one constant, so that the page needs no other file."""

__all__ = ["STYLE"]

STYLE = """
:root {
  --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --paper: #ffffff; --tint: #f4f6f8;
  --accent: #1f5f8b; --good: #1a6b3c; --bad: #a32121; --mark: #fff1b8;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: .4rem 0; max-width: 48rem; }
.soft, caption, figcaption { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem; margin: 1.25rem 0; }
.tile { border: 1px solid var(--rule); border-radius: 8px; padding: .7rem .85rem; background: var(--tint); }
.tile b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile small { color: var(--soft); display: block; }
.verdict { max-width: none; padding: .6rem 1rem; margin: 1rem 0; }
.verdict { border-left: 5px solid var(--good); background: var(--tint); }
.verdict.failed { border-color: var(--bad); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; }
caption { text-align: left; padding-bottom: .4rem; }
table { font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--rule); }
th { vertical-align: bottom; font-weight: 600; }
th:first-child, td:first-child, td.words, th.words { text-align: left; }
tbody tr.group th { background: var(--tint); font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.25rem; }
.plots.after { margin-top: 1.25rem; }
figure { margin: 0; border: 1px solid var(--rule); border-radius: 8px; padding: .9rem; break-inside: avoid; }
figure h3 { margin: 0 0 .5rem; }
figcaption { font-size: .85rem; margin-top: .4rem; }
.plot { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.plot text { fill: var(--ink); } .plot .tick, .plot .axis { fill: var(--soft); }
.plot .grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.plot .line { stroke: var(--accent); stroke-width: 2; fill: none; stroke-linejoin: round; }
.plot .point, .plot .bin { fill: var(--accent); } .plot .bar { fill: #7fa8c4; }
.plot .interval { stroke: var(--ink); stroke-width: 1.5; fill: none; }
.plot .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; fill: none; }
.plot .gap { stroke: var(--bad); stroke-width: 1.5; fill: none; }
.failure { border: 1px solid var(--rule); border-radius: 8px; padding: .9rem 1.1rem; margin: .8rem 0; }
.failure h4 { margin: 0 0 .5rem; font-size: 1rem; overflow-wrap: anywhere; }
.failure .id { color: var(--soft); font-weight: 400; font-size: .85rem; }
dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .35rem .9rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
blockquote { margin: 0 0 .5rem; padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--rule); }
blockquote { white-space: pre-line; }
blockquote cite { display: block; color: var(--soft); font-size: .85rem; font-style: normal; }
mark { background: var(--mark); color: inherit; padding: 0 .1em; }
.good { color: var(--good); } .bad { color: var(--bad); }
a { color: var(--accent); }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; } }
@media print {
  @page { margin: 16mm 14mm; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } nav { display: none; }
  h2 { margin-top: 1.4rem; break-after: avoid; } h3, h4 { break-after: avoid; }
  .tile, .failure, figure, tr, blockquote { break-inside: avoid; }
  .plots { grid-template-columns: 1fr 1fr; gap: .6rem; } .tiles { grid-template-columns: repeat(4, 1fr); }
  .wide { overflow: visible; } table { font-size: 8pt; } th, td { padding: .15rem .3rem; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""
