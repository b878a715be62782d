/** The looks of an atlas. Every rule begins with its class, so that nothing else on the page changes. */
export const ATLAS_STYLE = `
.csdnet-atlas { font: 13px/1.4 Arial, Helvetica, sans-serif; color: #222; background: #fff; max-width: 600px; padding: 6px; }
.csdnet-atlas .head { font-size: 16px; font-weight: bold; margin: 0 0 6px; }
.csdnet-atlas .controls, .csdnet-atlas .groups { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; margin-bottom: 6px; }
.csdnet-atlas .controls[hidden] { display: none; }
.csdnet-atlas label { display: inline-flex; gap: 6px; align-items: center; }
.csdnet-atlas .group { font: inherit; color: inherit; background: #fff; border: 1px solid #bbb; border-radius: 4px; padding: 2px 8px; cursor: pointer; }
.csdnet-atlas .group[aria-pressed="true"] { border-color: #222; background: #eee; font-weight: bold; }
.csdnet-atlas .swatch { display: inline-block; width: 10px; height: 10px; border-radius: 5px; margin-right: 6px; }
.csdnet-atlas .stage { position: relative; }
.csdnet-atlas svg.map { display: block; width: 100%; height: auto; border: 1px solid #ccc; touch-action: pan-y; }
.csdnet-atlas svg.map:focus-visible { outline: 3px solid #0072B2; outline-offset: 1px; }
.csdnet-atlas .point { transition: transform 0.6s ease; }
.csdnet-atlas .arrow { stroke: #777; stroke-width: 1; fill: none; }
.csdnet-atlas .row { fill: #fff; fill-opacity: 0.6; stroke-width: 1.8; }
.csdnet-atlas .ring { fill: none; stroke: #222; stroke-width: 2; pointer-events: none; }
.csdnet-atlas .tip { position: absolute; display: flex; gap: 8px; align-items: center; max-width: 240px; padding: 6px; background: #fff; border: 1px solid #888; border-radius: 4px; box-shadow: 0 1px 4px rgba(0,0,0,.3); pointer-events: none; z-index: 1; }
.csdnet-atlas .tip img { width: 96px; height: 96px; margin: 0; }
.csdnet-atlas .note { margin: 6px 0 0; min-height: 2.8em; }
@media (prefers-reduced-motion: reduce) { .csdnet-atlas .point { transition: none; } }
`;
