/** Pictures side by side: the raw image, where the saliency looks, the box of the mask, the augmented view. */
import type { Box } from '../metrics/localisation';
import type { Annotation, Figure, HeatmapTrace, LayoutImage, Shape } from './figure';
import { pngDataUri, type Pixels } from './png';
import { GREY, HEAT, hiddenAxis, INK, label, layout } from './theme';

/** A saliency map of any size, [height, width] row-major, laid over the whole picture. Not negative. */
export interface HeatMap {
  readonly height: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

/** One picture of the grid. `box` is in the picture's own pixels. */
export interface View {
  readonly image: Pixels;
  readonly label?: string;
  readonly heat?: HeatMap;
  readonly box?: Box;
}

export interface ViewOptions {
  readonly title?: string;
  readonly rowLabels?: readonly string[];
  readonly caption?: string;
  readonly run?: string;
}

/** A cell is 1 wide; the gap leaves room for the label above. */
const STEP_X = 1.06;
const STEP_Y = 1.18;

/** Where a view lies: its left and top edge, in cells; y grows downwards. */
interface Cell {
  readonly left: number;
  readonly top: number;
}

/** The saliency as coloured cells over the picture, from 0 to its own maximum. */
function heatTrace({ height, width, values }: HeatMap, { left, top }: Cell): HeatmapTrace {
  if (values.length !== height * width)
    throw new RangeError(`heat: ${values.length} values are not ${height} x ${width}`);
  const z = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => values[y * width + x]!));
  return {
    type: 'heatmap',
    z,
    x: Array.from({ length: width }, (_, x) => left + (x + 0.5) / width),
    y: Array.from({ length: height }, (_, y) => top + (y + 0.5) / height),
    zmin: 0,
    zmax: Math.max(1e-12, ...z.flat()),
    colorscale: HEAT,
    showscale: false,
    hovertemplate: 'saliency %{z:.3f}<extra></extra>',
  };
}

/** The picture itself, below everything else. */
function picture(image: Pixels, { left, top }: Cell): LayoutImage {
  return {
    source: pngDataUri(image),
    xref: 'x',
    yref: 'y',
    x: left,
    y: top,
    sizex: 1,
    sizey: 1,
    sizing: 'stretch',
    xanchor: 'left',
    yanchor: 'top',
    layer: 'below',
  };
}

/** The box of the mask, a dark line under a bright one so that it shows on any picture. */
function boxShapes(box: Box, { height, width }: Pixels, { left, top }: Cell): Shape[] {
  const edges = {
    type: 'rect',
    xref: 'x',
    yref: 'y',
    x0: left + box.left / width,
    x1: left + (box.left + box.width) / width,
    y0: top + box.top / height,
    y1: top + (box.top + box.height) / height,
    layer: 'above',
  } as const;
  return [
    { ...edges, line: { color: INK, width: 4 } },
    { ...edges, line: { color: '#F0E442', width: 2 } },
  ];
}

/** A view and where it lies. */
interface Placed {
  readonly view: View;
  readonly cell: Cell;
}

/** A small text at a place of the grid. */
function note(text: string, x: number, y: number, more: Partial<Annotation>): Annotation {
  return { text, x, y, xref: 'x', yref: 'y', showarrow: false, font: { size: 12, color: INK }, ...more };
}

/** The labels above the pictures, `most` letters a line. */
function viewLabels(cells: readonly Placed[], most: number): Annotation[] {
  const above = { xanchor: 'center', yanchor: 'bottom' } as const;
  return cells.flatMap(({ view, cell }) =>
    view.label === undefined ? [] : [note(label(view.label, most), cell.left + 0.5, cell.top - 0.015, above)],
  );
}

/** The labels of the rows, left of the pictures. */
function rowNotes(labels: readonly string[]): Annotation[] {
  const beside = { xanchor: 'right', yanchor: 'middle', font: { size: 12, color: GREY } } as const;
  return labels.map((text, r) => note(label(text, 16), -0.05, r * STEP_Y + 0.5, beside));
}

const CAPTION =
  'Orange is where the saliency is high, each map from 0 to its own maximum; the yellow box is the bounding box of its mask.';

/**
 * Pictures in a grid, one row an image and one column a kind of view. Each may carry heat, a box and a label.
 *
 * Errors: RangeError where there is no picture, or sizes do not fit.
 */
export function viewGrid(rows: readonly (readonly View[])[], options: ViewOptions = {}): Figure {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns === 0) throw new RangeError('viewGrid: there is no picture');
  const { title = 'Views', rowLabels = [], caption = CAPTION, run } = options;
  const cells = rows.flatMap((row, r) => row.map((view, c) => ({ view, cell: { left: c * STEP_X, top: r * STEP_Y } })));
  const wide = columns * STEP_X - (STEP_X - 1);
  const tall = rows.length * STEP_Y - (STEP_Y - 1);
  const size = Math.max(96, Math.min(190, Math.floor(800 / columns)));
  const margin = { l: rowLabels.length > 0 ? 120 : 16, r: 16, t: 24, b: 16 };
  return {
    data: cells.flatMap(({ view, cell }) => (view.heat ? [heatTrace(view.heat, cell)] : [])),
    layout: layout(title, {
      width: Math.max(420, Math.round(size * wide) + margin.l + margin.r),
      height: Math.round(size * (tall + 0.16)) + margin.t + 21 + margin.b,
      margin,
      xaxis: hiddenAxis({ range: [0, wide], constrain: 'domain' }),
      yaxis: hiddenAxis({ range: [tall, -0.16], scaleanchor: 'x', constrain: 'domain' }),
      images: cells.map(({ view, cell }) => picture(view.image, cell)),
      shapes: cells.flatMap(({ view, cell }) => (view.box ? boxShapes(view.box, view.image, cell) : [])),
      annotations: [...viewLabels(cells, Math.floor(size / 6)), ...rowNotes(rowLabels)],
    }),
    meta: { caption, ...(run === undefined ? {} : { run }) },
  };
}

/** One row of pictures; see `viewGrid`. */
export function viewRow(views: readonly View[], options: ViewOptions = {}): Figure {
  return viewGrid([views], options);
}
