/** Light and dark by what the reader's system wants; nothing from elsewhere. */
const LIGHT = `--paper:#fbfbf9;--card:#fff;--ink:#1d2126;--soft:#646c76;--line:#e3e4e1;--axis:#a9aeb4;--band:#3b4a5a;
--suspected:#e3bd45;--held:#ee9549;--repaired:#4389c9;--disrupted:#7d5fb8;--given-up:#c4403c;--leases:#2f9c95;--lists:#9aa3ad;--good:#2e7d4f;--bad:#c4403c`;
const DARK = `--paper:#14171b;--card:#1c2026;--ink:#e6e8ea;--soft:#9aa3ad;--line:#2d333b;--axis:#59626d;--band:#aebdcc;
--suspected:#e6c75f;--held:#f0a15e;--repaired:#5ea3e0;--disrupted:#a48ae0;--given-up:#e8706a;--leases:#4fbdb5;--lists:#7f8995;--good:#63c08b;--bad:#e8706a`;

const COLOURS = ['suspected', 'held', 'repaired', 'disrupted', 'given-up', 'leases', 'lists'] as const;

const colours = COLOURS.map(
  (name) => `.area.${name}{fill:var(--${name})}.edge.${name}{stroke:var(--${name})}i.${name}{background:var(--${name})}`,
).join('');

export const STYLE = `:root{color-scheme:light dark;${LIGHT}}@media(prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}body{font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;max-width:1160px;margin:0 auto;padding:2.4rem 1.5rem 4rem;background:var(--paper);color:var(--ink);font-variant-numeric:tabular-nums}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .5rem;letter-spacing:-.01em}h2{font-size:1.2rem;margin:0 0 .3rem;line-height:1.3}p{margin:.3rem 0 .8rem;max-width:110ch}.soft{color:var(--soft)}a{color:inherit}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px}section.card{padding:1.3rem 1.4rem 1rem;margin:1.6rem 0}.table{padding:.3rem 1.2rem .5rem;margin:1.4rem 0;overflow-x:auto}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(112px,1fr));gap:.5rem .8rem;margin:.9rem 0 1rem;padding:0;list-style:none}.tiles b{display:block;font-size:1.3rem;font-weight:600;line-height:1.25}.tiles span{font-size:.78rem;color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:.92rem}td,th{padding:.42rem .5rem;text-align:right;border-top:1px solid var(--line);white-space:nowrap}thead th{border:0;font-weight:500;color:var(--soft);font-size:.8rem}td:first-child,th:first-child{text-align:left;padding-left:0}td a{text-decoration:none;font-weight:600}td a:hover{text-decoration:underline}
.spark{width:150px;height:26px;display:block;margin-left:auto}.pill{display:inline-block;vertical-align:2px;letter-spacing:0;padding:.08rem .6rem;border-radius:99px;font-size:.82rem;font-weight:600;border:1px solid currentColor}.good{color:var(--good)}.bad{color:var(--bad)}
.charts{display:grid;grid-template-columns:1fr 1fr;gap:.6rem 1.5rem}figure{margin:.5rem 0;min-width:0}.wide{grid-column:1/-1}figcaption{font-size:.86rem;display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .5rem}figcaption em{font-style:normal;color:var(--soft);font-size:.8rem}
.legend{margin-left:auto;display:flex;flex-wrap:wrap;gap:0 .9rem;font-size:.78rem;color:var(--soft)}.legend b{font-weight:600;color:var(--ink)}.legend i{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:.35em}
svg{width:100%;height:auto;display:block}text{font-size:11px;fill:var(--soft)}.rule{stroke:var(--line)}.axis{stroke:var(--axis);stroke-width:1.6}.area{fill-opacity:.78}.edge{fill:none;stroke-width:1.2;stroke-linejoin:round}.band{fill:var(--band);fill-opacity:.1}.mark{fill:var(--ink);font-size:10.5px;paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
.limit{stroke:var(--bad);stroke-width:1.3;stroke-dasharray:6 4}.limit-name{fill:var(--bad);font-weight:600;paint-order:stroke;stroke:var(--card);stroke-width:3px}.tip{fill:transparent}.tip:hover{fill:var(--ink);fill-opacity:.08}
ul.broken{font-size:.9rem;color:var(--bad)}.half .legend{flex-basis:100%;margin-left:0}@media(max-width:760px){.charts{grid-template-columns:1fr}}@media print{section.card{break-inside:avoid}}
${colours}`;
