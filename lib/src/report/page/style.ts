/** The look of a report: light, printable, and narrow enough for a phone. No font, picture or rule comes from elsewhere. */
export const PAGE_STYLE = `
:root { --ink: #1d2429; --soft: #5b666e; --line: #dde2e5; --paper: #ffffff; --wash: #f5f7f8; --accent: #0072b2; --warn: #b45000; color-scheme: light; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 3.4rem; }
body { margin: 0; color: var(--ink); background: var(--wash); font: 16px/1.6 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif; }
main, header > div, footer { max-width: 64rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
header { background: var(--paper); border-top: 5px solid var(--accent); padding: 2.2rem 0 1.4rem; }
h1 { font-size: clamp(1.7rem, 4vw, 2.4rem); line-height: 1.15; margin: 0.1rem 0 0.5rem; letter-spacing: -0.01em; }
.eyebrow { margin: 0; color: var(--accent); font-size: 0.82rem; font-weight: bold; letter-spacing: 0.06em; text-transform: uppercase; }
.lead { font-size: 1.15rem; color: var(--soft); margin: 0 0 1rem; max-width: 46rem; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0; padding: 0; font-size: 0.85rem; }
.chips li { background: var(--wash); border: 1px solid var(--line); border-radius: 1rem; padding: 0.1rem 0.75rem; }
nav { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line); box-shadow: 0 1px 3px rgba(0, 0, 0, 0.05); }
nav ul { max-width: 64rem; margin: 0 auto; padding: 0.55rem clamp(1rem, 4vw, 2.5rem); list-style: none; display: flex; gap: 1.2rem; overflow-x: auto; font-size: 0.88rem; white-space: nowrap; }
a { color: #005b8e; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
main > section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; margin: 1.2rem 0; padding: 1.3rem clamp(1rem, 3vw, 1.8rem) 1.5rem; }
h2 { font-size: 1.3rem; margin: 0 0 0.7rem; line-height: 1.25; }
h3 { font-size: 1rem; margin: 1.4rem 0 0.4rem; }
p { margin: 0.5rem 0; max-width: 48rem; }
.note { color: var(--soft); font-size: 0.87rem; max-width: 54rem; }
.honest { border-left: 4px solid var(--warn); background: #fdf6ef; padding: 0.6rem 1rem; margin: 1.2rem 0 0; border-radius: 0 6px 6px 0; max-width: none; font-size: 0.94rem; }
.scores { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.8rem; margin: 0 0 1rem; }
.score { border: 1px solid var(--line); border-radius: 8px; padding: 0.7rem 1rem 0.8rem; }
.score.full { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.score b { display: block; font-size: 1.9rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.score b small { font-size: 0.95rem; font-weight: normal; color: var(--soft); }
.score span { font-size: 0.86rem; color: var(--soft); }
.score .name { display: block; color: var(--ink); font-weight: bold; font-size: 0.92rem; }
.wide { overflow-x: auto; margin: 0.6rem 0; }
table { border-collapse: collapse; font-size: 0.87rem; font-variant-numeric: tabular-nums; line-height: 1.35; }
th, td { padding: 0.34rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--ink); vertical-align: bottom; }
tbody tr:hover { background: var(--wash); }
.right { text-align: right; }
td.right { white-space: nowrap; }
td.long { min-width: 17rem; }
.center { text-align: center; }
tbody th { font-weight: normal; min-width: 8rem; }
.names tbody th { white-space: nowrap; }
tr.full th, tr.full td { background: #eef6fb; font-weight: bold; }
figure { margin: 1rem 0 0; }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figure.chart figcaption { color: var(--soft); font-size: 0.87rem; max-width: 54rem; margin-top: 0.4rem; }
.bar { width: 7.5rem; height: 0.7rem; display: block; margin-top: 0.2rem; }
.bar .track { fill: #e8ecee; }
.bar .value { fill: #0072b2; }
.bar .other { fill: #767676; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: 0.9rem; list-style: none; padding: 0; margin: 0.8rem 0; }
.mistakes li { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; font-size: 0.84rem; line-height: 1.35; }
.mistakes .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1px; background: var(--line); }
.mistakes .pair figure { margin: 0; background: var(--paper); }
.mistakes img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; }
.mistakes figcaption { font-size: 0.7rem; text-align: center; margin: 0; padding: 0.1rem; }
.mistakes .words { padding: 0.45rem 0.65rem 0.55rem; overflow-wrap: anywhere; }
.mistakes .wrong { color: var(--warn); font-weight: bold; }
.mistakes .file { display: block; color: var(--soft); font-size: 0.76rem; margin-top: 0.25rem; }
pre { overflow-x: auto; background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: 0.7rem 0.9rem; font: 0.82rem/1.5 Menlo, Consolas, 'Liberation Mono', monospace; margin: 0.5rem 0; }
pre.command { border-left: 4px solid var(--accent); white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: Menlo, Consolas, 'Liberation Mono', monospace; font-size: 0.88em; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1.2rem; margin: 0.7rem 0; font-size: 0.9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: 0.7rem 0; }
summary { cursor: pointer; color: #005b8e; font-size: 0.92rem; }
footer { color: var(--soft); font-size: 0.85rem; padding-top: 0.4rem; padding-bottom: 2.5rem; }
main .csdnet-linked { padding: 0; font-size: 0.84rem; }
.csdnet-linked .tests { max-height: 26rem; overflow-y: auto; }
@media (max-width: 640px) {
  header { padding-top: 1.4rem; }
  figure.chart { overflow-x: auto; }
  figure.chart svg { max-width: none; width: 40rem; }
  figure.square svg { width: 28rem; }
  .mistakes { grid-template-columns: 1fr 1fr; gap: 0.6rem; }
  figure.chart figcaption { position: sticky; left: 0; max-width: 100%; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
}
@media print {
  body { background: #fff; font-size: 10.5pt; }
  nav { display: none; }
  main > section { border: 0; padding: 0; break-inside: avoid-page; }
}
`;
