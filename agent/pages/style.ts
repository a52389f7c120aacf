/** Everything that a page looks like; light and dark by the reader's own setting, and on paper. */
export const STYLE = `:root{color-scheme:light dark;--bg:#fff;--fg:#1d2125;--quiet:#69727d;--line:#e3e6ea;--panel:#f6f7f9;--bad:#b3261e;--warn:#9a6700;--good:#1a7f43;--act:#1f5fbf;
--c0:#1f6fd1;--c1:#d1781f;--c2:#b3261e;--c3:#2f9e6e;--c4:#7a52c7}
@media(prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#dfe3e8;--quiet:#939ca6;--line:#2b3138;--panel:#1c2126;--bad:#ff7b72;--warn:#e3b341;--good:#56d383;--act:#79b0ff;
--c0:#6cb0ff;--c1:#f0a35a;--c2:#ff7b72;--c3:#56d3a1;--c4:#b99cff}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1040px;margin:0 auto;padding:2rem 1.5rem 3rem}h1{font-size:1.7rem;line-height:1.25;margin:.1rem 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2.4rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}p{margin:.4rem 0}.quiet{color:var(--quiet)}.lead{font-size:1.05rem;overflow-wrap:anywhere}
.badge{display:inline-block;padding:.05rem .55rem;margin-right:.4rem;border:1px solid currentColor;border-radius:1rem;font-size:.82rem;font-weight:600}
.bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}.act{color:var(--act)}.plain{color:var(--quiet)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(225px,1fr));gap:.7rem 1.2rem;margin:1.2rem 0 0;padding:1rem 1.2rem;background:var(--panel);border-radius:8px}
dt{font-size:.78rem;color:var(--quiet)}dd{margin:0;font-weight:600;overflow-wrap:anywhere}
ol.timeline{list-style:none;margin:0;padding:0}ol.timeline>li{display:grid;grid-template-columns:9.6rem 1fr;position:relative}
.timeline time{text-align:right;padding-right:1.6rem;color:var(--quiet);font-variant-numeric:tabular-nums;line-height:1.4}.timeline time b{display:block;color:var(--fg);font-weight:600}.timeline time span{font-size:.82rem}
.timeline .what{border-left:2px solid var(--line);padding:0 0 1.3rem 1.5rem;position:relative;overflow-wrap:anywhere}.timeline li:last-child .what{padding-bottom:.2rem}
.timeline .what::before{content:"";position:absolute;left:-7px;top:.4rem;width:12px;height:12px;border-radius:50%;background:currentColor;border:2px solid var(--bg)}
.what>p,.what>ol{color:var(--fg)}.what>b{display:block;line-height:1.4}.what p{margin:.1rem 0}.what ol{margin:.3rem 0 0;padding-left:1.3rem;font-size:.92rem}
code,pre{font:.85rem/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
details{border:1px solid var(--line);border-radius:8px;margin:.6rem 0;background:var(--panel)}summary{cursor:pointer;padding:.5rem .9rem;font-weight:600;overflow-wrap:anywhere}summary span{font-weight:400;color:var(--quiet);margin-left:.6rem}
details pre{margin:0;padding:.8rem .9rem;border-top:1px solid var(--line);overflow:auto;max-height:32rem;white-space:pre-wrap;overflow-wrap:anywhere}
figure{margin:1.3rem 0 0}figcaption{display:flex;justify-content:space-between;font-size:.88rem;margin-bottom:.15rem}.range{color:var(--quiet);font-variant-numeric:tabular-nums}
svg.chart{display:block;width:100%;height:auto;background:var(--panel);border-radius:6px}svg text{font-size:11px;fill:var(--quiet);font-variant-numeric:tabular-nums}
.rule{stroke:var(--line)}.stood{fill:var(--warn);opacity:.13}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.line.c0{stroke:var(--c0)}.line.c1{stroke:var(--c1)}.line.c2{stroke:var(--c2)}.line.c3{stroke:var(--c3)}.line.c4{stroke:var(--c4)}
rect.c0,.dot.c0{fill:var(--c0)}rect.c1,.dot.c1{fill:var(--c1)}rect.c2,.dot.c2{fill:var(--c2)}rect.c3,.dot.c3{fill:var(--c3)}rect.c4,.dot.c4{fill:var(--c4)}
.mark{stroke-width:1.5;stroke-dasharray:4 3}.mark.found{stroke:var(--warn)}.mark.begun{stroke:var(--act)}.mark.bad{stroke:var(--bad)}.mark.good{stroke:var(--good)}
.legend{font-size:.8rem;color:var(--quiet);margin:.3rem 0 0;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem}svg.key{width:.75em;height:.75em;margin-right:.35em;vertical-align:-.05em}.key .mark{stroke-width:2.5;stroke-dasharray:none}
footer{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid var(--line);font-size:.82rem;color:var(--quiet)}
@media(max-width:640px){main{padding:1.2rem 1rem}ol.timeline>li{grid-template-columns:1fr}.timeline time{text-align:left;padding-left:1.5rem}.timeline time b,.timeline time span{display:inline;margin-right:.5rem}figure{overflow-x:auto}svg.chart{min-width:620px}}
@media print{:root{--bg:#fff;--fg:#000;--panel:#fff;--line:#bbb}main{max-width:none;padding:0}details pre{max-height:none}details::details-content{content-visibility:visible;block-size:auto}figure,.timeline li,dl{break-inside:avoid}}`;
