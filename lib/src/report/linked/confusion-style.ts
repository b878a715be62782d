/** The look of the linked confusion matrix: the colours of the heatmap of counts, light also on a dark page. */
export const STYLE = `
.csdnet-linked { font: 13px Arial, Helvetica, 'Liberation Sans', sans-serif; color: #222; background: #fff; padding: 6px; }
.csdnet-linked .title { margin: 0 0 6px; font-size: 15px; }
.csdnet-linked .sides { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
.csdnet-linked .scroll { overflow-x: auto; max-width: 100%; }
.csdnet-linked table.matrix { border-collapse: collapse; table-layout: fixed; width: auto; margin: 0; font-size: 12px; }
.csdnet-linked .matrix tr, .csdnet-linked .matrix tbody tr:nth-child(n) { background: #fff; }
.csdnet-linked .matrix td { width: 20px; min-width: 20px; height: 20px; padding: 0; text-align: center; border: 1px solid #e6e6e6; }
.csdnet-linked .matrix th { padding: 0 6px; text-align: right; font-weight: normal; white-space: nowrap; border: 0; color: #222; }
.csdnet-linked .matrix th[scope='col'] { padding: 4px 0; vertical-align: bottom; text-align: center; }
.csdnet-linked .matrix th span { writing-mode: vertical-rl; transform: rotate(180deg); display: inline-block; }
.csdnet-linked .matrix .corner { vertical-align: bottom; font-size: 11px; color: #595959; }
.csdnet-linked .matrix .l { border-left: 2px solid #767676; }
.csdnet-linked .matrix tr.t td { border-top: 2px solid #767676; }
.csdnet-linked .s0 { color: transparent; background: #fff; }
.csdnet-linked .s1 { background: #fdf3a7; color: #222; }
.csdnet-linked .s2 { background: #c3b369; color: #222; }
.csdnet-linked .s3 { background: #8a8678; color: #fff; }
.csdnet-linked .s4 { background: #575d6d; color: #fff; }
.csdnet-linked .s5 { background: #00224e; color: #fff; }
.csdnet-linked.small .matrix td { width: 10px; min-width: 10px; height: 10px; font-size: 0; }
.csdnet-linked.small .matrix th { font-size: 9px; }
.csdnet-linked[data-ready] td[data-cell] { cursor: pointer; }
.csdnet-linked td[data-cell]:hover { outline: 2px solid #56b4e9; outline-offset: -1px; }
.csdnet-linked td[aria-pressed='true'] { outline: 3px solid #d55e00; outline-offset: -1px; }
.csdnet-linked .behind { flex: 1 1 280px; min-width: 260px; max-width: 420px; }
.csdnet-linked .behind p { margin: 8px 0 4px; }
.csdnet-linked .behind ol { margin: 4px 0; padding-left: 22px; }
.csdnet-linked .behind small { color: #595959; }
.csdnet-linked .row { display: flex; flex-wrap: wrap; gap: 8px; }
.csdnet-linked figure { margin: 0; width: 88px; }
.csdnet-linked figure img { width: 88px; height: 88px; display: block; border: 3px solid transparent; box-sizing: border-box; }
.csdnet-linked .tests figure img { border-color: #d55e00; }
.csdnet-linked figcaption { font-size: 11px; line-height: 1.2; color: #444; }
`;
