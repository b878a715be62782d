/**
 * A figure as a value: the part of Plotly's JSON that this project draws, as plain readonly records.
 *
 * Plotly renders it in a notebook, `report/svg` writes the same picture as SVG, and JSON keeps it. The types are a
 * subset of Plotly's own (a test holds them to @types/plotly.js), so a cell may hand a Figure to Plotly as it is.
 */

export type PlotNumber = number | null;
export type PlotDatum = number | string | null;
/** Names of axes: 'x', 'x2', ... in traces, 'xaxis', 'xaxis2', ... in the layout. */
type Nth = '' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
export type XRef = `x${Nth}`;
export type YRef = `y${Nth}`;
export type Dash = 'solid' | 'dot' | 'dash';
export type Scale = readonly (readonly [position: number, colour: string])[];

export interface Text {
  readonly text: string;
}

export interface Font {
  readonly size?: number;
  readonly color?: string;
  readonly family?: string;
}

export interface LineStyle {
  readonly color?: string;
  readonly width?: number;
  readonly dash?: Dash;
}

/** Error bars: `array` upwards, `arrayminus` downwards (the same as `array` where it is left out). */
export interface ErrorBar {
  readonly type: 'data';
  readonly array: readonly number[];
  readonly arrayminus?: readonly number[];
  readonly symmetric?: boolean;
  readonly color?: string;
  readonly thickness?: number;
  readonly width?: number;
}

export interface TraceBase {
  readonly name?: string;
  readonly showlegend?: boolean;
  readonly legendgroup?: string;
  readonly xaxis?: XRef;
  readonly yaxis?: YRef;
  readonly opacity?: number;
  readonly hovertemplate?: string;
  readonly hoverinfo?: 'skip' | 'all' | 'text';
}

/** Lines, markers, text and filled bands. A null in x or y breaks the line. */
export interface ScatterTrace extends TraceBase {
  readonly type: 'scatter';
  readonly mode: 'lines' | 'markers' | 'lines+markers' | 'text';
  readonly x: readonly PlotDatum[];
  readonly y: readonly PlotDatum[];
  readonly text?: readonly string[];
  readonly line?: LineStyle;
  readonly marker?: Marker;
  readonly fill?: 'none' | 'toself';
  readonly fillcolor?: string;
  readonly error_x?: ErrorBar;
  readonly error_y?: ErrorBar;
}

export type MarkerSymbol = 'circle' | 'circle-open' | 'square' | 'diamond' | 'cross' | 'x' | 'triangle-up' | 'line-ns';

export interface Marker {
  readonly color?: string | readonly string[];
  readonly size?: number;
  readonly symbol?: MarkerSymbol;
  readonly opacity?: number;
  readonly line?: LineStyle;
}

export interface BarTrace extends TraceBase {
  readonly type: 'bar';
  readonly x: readonly PlotDatum[];
  readonly y: readonly PlotDatum[];
  readonly orientation?: 'v' | 'h';
  readonly width?: number;
  readonly marker?: Marker;
  readonly error_x?: ErrorBar;
  readonly error_y?: ErrorBar;
}

/** A matrix of colours: z[row][column], null is left empty. `texttemplate: '%{text}'` writes `text` into the cells. */
export interface HeatmapTrace extends TraceBase {
  readonly type: 'heatmap';
  readonly z: readonly (readonly PlotNumber[])[];
  readonly x?: readonly number[];
  readonly y?: readonly number[];
  readonly zmin?: number;
  readonly zmax?: number;
  readonly colorscale?: Scale;
  readonly showscale?: boolean;
  readonly colorbar?: { readonly title?: Text; readonly len?: number };
  readonly text?: readonly (readonly string[])[];
  readonly texttemplate?: '%{text}';
  readonly textfont?: Font;
  readonly xgap?: number;
  readonly ygap?: number;
}

export type Trace = ScatterTrace | BarTrace | HeatmapTrace;

/** The title of an axis; `standoff` is its distance to the tick labels in pixels. */
export interface AxisTitle extends Text {
  readonly standoff?: number;
  readonly font?: Font;
}

export interface Axis {
  readonly title?: AxisTitle;
  readonly type?: 'linear' | 'log' | 'category';
  readonly range?: readonly [number, number];
  readonly autorange?: boolean | 'reversed';
  readonly rangemode?: 'normal' | 'tozero';
  readonly domain?: readonly [number, number];
  readonly anchor?: XRef | YRef;
  readonly tickvals?: readonly number[];
  readonly ticktext?: readonly string[];
  readonly tickangle?: number;
  readonly tickfont?: Font;
  readonly ticksuffix?: string;
  readonly tickformat?: string;
  readonly showgrid?: boolean;
  readonly gridcolor?: string;
  readonly zeroline?: boolean;
  readonly zerolinecolor?: string;
  readonly showline?: boolean;
  readonly linecolor?: string;
  readonly showticklabels?: boolean;
  readonly ticks?: '' | 'outside';
  readonly visible?: boolean;
  readonly automargin?: boolean;
  readonly scaleanchor?: XRef | YRef;
  readonly constrain?: 'domain' | 'range';
}

/** 'paper' runs 0..1 over the plotting area, from the lower left. */
export type XSpace = XRef | 'paper';
export type YSpace = YRef | 'paper';

export interface Shape {
  readonly type: 'line' | 'rect';
  readonly xref: XSpace;
  readonly yref: YSpace;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly line?: LineStyle;
  readonly fillcolor?: string;
  readonly opacity?: number;
  readonly layer?: 'below' | 'above';
}

export interface Annotation {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly xref: XSpace;
  readonly yref: YSpace;
  readonly showarrow: false;
  readonly xanchor?: 'left' | 'center' | 'right';
  readonly yanchor?: 'top' | 'middle' | 'bottom';
  readonly xshift?: number;
  readonly yshift?: number;
  readonly align?: 'left' | 'center' | 'right';
  readonly font?: Font;
}

/** An image between (x, y) and (x + sizex, y - sizey) of its axes; `source` is a data URI. */
export interface LayoutImage {
  readonly source: string;
  readonly xref: XSpace;
  readonly yref: YSpace;
  readonly x: number;
  readonly y: number;
  readonly sizex: number;
  readonly sizey: number;
  readonly sizing?: 'stretch' | 'contain';
  readonly xanchor?: 'left' | 'center' | 'right';
  readonly yanchor?: 'top' | 'middle' | 'bottom';
  readonly opacity?: number;
  readonly layer?: 'below' | 'above';
}

export interface Margin {
  readonly l?: number;
  readonly r?: number;
  readonly t?: number;
  readonly b?: number;
}

export interface Legend {
  readonly orientation?: 'v' | 'h';
  readonly x?: number;
  readonly y?: number;
  readonly xanchor?: 'left' | 'center' | 'right';
  readonly yanchor?: 'top' | 'middle' | 'bottom';
  readonly font?: Font;
  readonly traceorder?: 'normal' | 'reversed';
}

/** The title of the figure. The SVG writer always puts it at the top left. */
export interface Title extends Text {
  readonly x?: number;
  readonly y?: number;
  readonly xanchor?: 'left' | 'center' | 'right';
  readonly yanchor?: 'top' | 'middle' | 'bottom';
  readonly yref?: 'container' | 'paper';
  readonly pad?: Margin;
  readonly font?: Font;
}

/** The layout without its axes. */
export interface Page {
  readonly title?: Title;
  readonly width?: number;
  readonly height?: number;
  readonly margin?: Margin;
  readonly font?: Font;
  readonly paper_bgcolor?: string;
  readonly plot_bgcolor?: string;
  readonly colorway?: readonly string[];
  readonly showlegend?: boolean;
  readonly legend?: Legend;
  readonly barmode?: 'group' | 'overlay';
  readonly bargap?: number;
  readonly hovermode?: 'closest' | 'x unified' | false;
  readonly shapes?: readonly Shape[];
  readonly annotations?: readonly Annotation[];
  readonly images?: readonly LayoutImage[];
}

/** The layout: the page, and an axis record for each of xaxis, xaxis2, ..., yaxis, yaxis2, ... */
export type Layout = Page & { readonly [K in `${'x' | 'y'}axis${Nth}`]?: Axis };

/** What to see in the figure, and the run or runs that made it. */
export interface FigureMeta {
  readonly caption: string;
  readonly run?: string;
}

export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  readonly meta?: FigureMeta;
}
