/** Style of the report: light and dark, narrow and wide, on screen and on paper. Nothing is loaded from anywhere. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1b2330;--soft:#5a6577;--line:#dde3ea;--paper:#fff;--wash:#f4f6f9;--accent:#0b62a8;--warn:#8a4b00;--warn-wash:#fff4e2}
@media (prefers-color-scheme:dark){:root{--ink:#e4e9f1;--soft:#9aa7ba;--line:#2c3646;--paper:#10151d;--wash:#18202b;--accent:#6cb5f2;--warn:#ffc876;--warn-wash:#33260f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:76rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
header{border-bottom:3px solid var(--accent);padding-bottom:1.25rem;margin-bottom:1.5rem}
.brand{color:var(--accent);font-size:.8rem;font-weight:600;letter-spacing:.08em;text-transform:uppercase;margin:0}
h1{font-size:1.9rem;line-height:1.2;font-weight:650;margin:.3rem 0 .4rem;overflow-wrap:anywhere}
h2{font-size:1.12rem;font-weight:650;margin:2.4rem 0 .7rem;break-after:avoid}
h3{font-size:.95rem;font-weight:600;margin:1.2rem 0 .4rem;break-after:avoid}
.where{margin:0;color:var(--soft)}
.banner{background:var(--warn-wash);color:var(--warn);border-radius:8px;padding:.6rem .9rem;margin:0 0 1.2rem;font-weight:600}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:0}
.facts div{background:var(--wash);border-radius:8px;padding:.7rem .9rem}
.facts dt,th{color:var(--soft);font-size:.78rem;font-weight:600}
.facts dd{margin:.1rem 0 0;font-size:1.15rem;font-weight:600;overflow-wrap:anywhere}
.facts small{display:block;color:var(--soft);font-size:.78rem;font-weight:400}
.pictures{columns:2 27rem;column-gap:1.1rem}
figure{margin:0 0 1.1rem;border:1px solid var(--line);border-radius:8px;overflow:hidden;break-inside:avoid;background:var(--wash)}
figure img{display:block;width:100%;height:auto;background:#fff}
figcaption{padding:.45rem .8rem;font-size:.85rem;color:var(--soft)}
figcaption b{color:var(--ink);font-weight:600}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th{text-align:left;border-bottom:1px solid var(--line);padding:.3rem .9rem .3rem 0;white-space:nowrap}
td{border-bottom:1px solid var(--line);padding:.32rem .9rem .32rem 0;vertical-align:top}
.s{white-space:nowrap}
tr{break-inside:avoid}
.n{text-align:right;white-space:nowrap}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.82em}
td code{overflow-wrap:anywhere}
pre{background:var(--wash);border-radius:8px;padding:.9rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
ul{margin:.2rem 0;padding-left:1.2rem}
li{margin:.2rem 0}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.8rem;color:var(--soft);font-size:.82rem}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--wash:#fff;--accent:#0b62a8;--warn:#8a4b00;--warn-wash:#fff}
body{font-size:10pt}main{max-width:none;padding:0}.facts div,pre{border:1px solid var(--line)}@page{margin:16mm}}
`
