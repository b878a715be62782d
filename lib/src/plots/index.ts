/** Figures as values: plain arrays in, Plotly's JSON out. Nothing here draws; `report` shows and saves. */
export type {
  Annotation,
  Axis,
  BarTrace,
  ErrorBar,
  Figure,
  FigureMeta,
  HeatmapTrace,
  Layout,
  LayoutImage,
  ScatterTrace,
  Shape,
  Trace,
} from './figure';
export { CIVIDIS, colourOf, coloursOf, COUNTS, fade, HEAT, hoverName, label, layout, OKABE_ITO, safe } from './theme';
export { trainingCurves, type Curve, type CurveOptions, type CurvePanel } from './curves';
export { ablationBars, type AblationOptions } from './bars';
export { differencePlot } from './difference';
export { dotPanels, type DotKind, type DotOptions, type DotPanel } from './dots';
export { intervalLines, type IntervalLine, type IntervalLinesOptions } from './interval-lines';
export { intervalRows, type IntervalGroup, type IntervalOptions, type IntervalRow } from './intervals';
export type { RowOptions, VariantScores } from './rows';
export { confusionHeatmap, confusionOfEntries, type ConfusionOptions } from './confusion';
export { confusionChange } from './confusion-change';
export { reliabilityDiagram, type ReliabilityOptions } from './reliability';
export { viewGrid, viewRow, type HeatMap, type View, type ViewOptions } from './views';
export { overlay } from './overlay';
export { pixelsOf, pngBytes, pngDataUri, type Pixels } from './png';
export { embeddingScatter, type EmbeddingOptions, type EmbeddingPoint } from './embedding';
export { mapPanels, type MapPanel, type PanelArrow, type PanelOptions, type PanelPoint } from './map-panels';
