/**
 * Every loss and rule again, in slow float64 loops straight from its equation: what the tensor code must equal.
 */
export type Matrix = readonly (readonly number[])[];

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => x * b[i]!));

/** Rows of a row-major array. */
export function rowsOf(values: ArrayLike<number>, columns: number): number[][] {
  const flat = Array.from(values);
  return Array.from({ length: flat.length / columns }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
}

export function logSoftmax(z: readonly number[]): number[] {
  const top = Math.max(...z);
  const logSum = top + Math.log(sum(z.map((x) => Math.exp(x - top))));
  return z.map((x) => x - logSum);
}

/** loss_i = - sum over c of ((1 - s) [c = y_i] + s / C) log softmax(z_i)_c */
export function crossEntropy(logits: Matrix, labels: readonly number[], smoothing: number): number[] {
  return logits.map((z, i) => {
    const logP = logSoftmax(z);
    return -sum(logP.map((x, c) => ((c === labels[i] ? 1 - smoothing : 0) + smoothing / z.length) * x));
  });
}

/** loss_i = sum over c of p_ic (log p_ic - log q_ic), p = softmax(teacher / T), q = softmax(student / T) */
export function softenedKl(teacher: Matrix, student: Matrix, temperature: number): number[] {
  return teacher.map((z, i) => {
    const logP = logSoftmax(z.map((x) => x / temperature));
    const logQ = logSoftmax(student[i]!.map((x) => x / temperature));
    return sum(logP.map((x, c) => Math.exp(x) * (x - logQ[c]!)));
  });
}

export function normalizeRows(rows: Matrix): number[][] {
  return rows.map((row) => row.map((x) => x / Math.sqrt(Math.max(dot(row, row), 1e-12))));
}

/** What one pair costs: [same] (1 - s) + [not same] max(0, s - margin) */
function pairCost(s: number, same: boolean, margin: number): number {
  return same ? 1 - s : Math.max(0, s - margin);
}

export interface ReferenceRow {
  readonly feature: readonly number[];
  readonly label: number;
}

export interface Anchors {
  readonly features: Matrix;
  readonly labels: readonly number[];
}

/** loss_i = 1/|Q| * sum over the queue's rows of the pair's cost; an empty queue costs 0. */
export function queueMarginLoss(anchors: Anchors, queue: readonly ReferenceRow[], margin: number): number[] {
  return anchors.features.map((f, i) => {
    const costs = queue.map((row) => pairCost(dot(f, row.feature), row.label === anchors.labels[i], margin));
    return queue.length === 0 ? 0 : sum(costs) / queue.length;
  });
}

/** TransFG's in-batch loss: the cost of all n^2 pairs / n^2. */
export function batchMarginLoss({ features, labels }: Anchors, margin: number): number {
  const n = features.length;
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) total += pairCost(dot(features[i]!, features[j]!), labels[i] === labels[j], margin);
  }
  return total / (n * n);
}

/** Cells of A that lie above the threshold. */
export function thresholdMask(saliency: Matrix, threshold: number): number[][] {
  return saliency.map((row) => row.map((a) => (a > threshold ? 1 : 0)));
}

/** (y1, x1, y2, x2) as shares; widened by the margin, clipped to the view; the whole view for an empty mask. */
export function boundingBox(mask: Matrix, margin: number): [number, number, number, number] {
  const [h, w] = [mask.length, mask[0]!.length];
  let [y1, x1, y2, x2] = [h, w, 0, 0];
  mask.forEach((row, y) =>
    row.forEach((flag, x) => {
      if (flag === 0) return;
      [y1, x1, y2, x2] = [Math.min(y1, y), Math.min(x1, x), Math.max(y2, y + 1), Math.max(x2, x + 1)];
    }),
  );
  if (y2 === 0) return [0, 0, 1, 1];
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  const [dy, dx] = [((y2 - y1) / h) * margin, ((x2 - x1) / w) * margin];
  return [clip(y1 / h - dy), clip(x1 / w - dx), clip(y2 / h + dy), clip(x2 / w + dx)];
}

export interface OptimizerSettings {
  readonly momentum: number;
  readonly decay: number;
  /** The rate of every step, warm-up and schedule included. */
  readonly rates: readonly number[];
}

/** v = mu v + g; w = (1 - rate decay) w - rate v, for one parameter over given gradients. */
export function sgd(
  start: number,
  gradients: readonly number[],
  { momentum, decay, rates }: OptimizerSettings,
): number {
  let [w, v] = [start, 0];
  gradients.forEach((g, t) => {
    v = momentum * v + g;
    w = (1 - rates[t]! * decay) * w - rates[t]! * v;
  });
  return w;
}

/** AdamW (Loshchilov and Hutter), beta (0.9, 0.999), eps 1e-8, for one parameter over given gradients. */
export function adamw(start: number, gradients: readonly number[], { decay, rates }: OptimizerSettings): number {
  let [w, m, v] = [start, 0, 0];
  gradients.forEach((g, i) => {
    const t = i + 1;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    w -= rates[i]! * decay * w;
    w -= (rates[i]! * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
  });
  return w;
}

/** Linear warm-up over w steps, then half a cosine down to 0. */
export function warmupCosine(total: number, w: number): number[] {
  const rates: number[] = [];
  for (let step = 0; step < total; step++) {
    if (step < w) rates.push((step + 1) / w);
    else rates.push(0.5 + 0.5 * Math.cos((Math.PI * (step - w)) / (total - w)));
  }
  return rates;
}

export interface FamilyOptions {
  readonly margin: number;
  readonly temperature: number;
}

/** XBM: sum over positives of (1 - s), plus sum over negatives above the margin of s. */
export function xbm(anchors: Anchors, queue: readonly ReferenceRow[], { margin }: FamilyOptions): number[] {
  return anchors.features.map((f, i) =>
    sum(
      queue.map((row) => {
        const s = dot(f, row.feature);
        if (row.label === anchors.labels[i]) return 1 - s;
        return s > margin ? s : 0;
      }),
    ),
  );
}

/** The margin loss with the mean over positives and the mean over negatives apart. */
export function balancedMargin(anchors: Anchors, queue: readonly ReferenceRow[], { margin }: FamilyOptions): number[] {
  const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);
  return anchors.features.map((f, i) => {
    const [same, other] = [true, false].map((alike) =>
      queue.filter((row) => (row.label === anchors.labels[i]) === alike),
    );
    const costs = (rows: readonly ReferenceRow[], alike: boolean): number[] =>
      rows.map((row) => pairCost(dot(f, row.feature), alike, margin));
    return mean(costs(same!, true)) + mean(costs(other!, false));
  });
}

/** SupCon: minus the mean over positives of log softmax over the whole queue; 0 without positives. */
export function supcon(anchors: Anchors, queue: readonly ReferenceRow[], { temperature }: FamilyOptions): number[] {
  return anchors.features.map((f, i) => {
    const logP = queue.length === 0 ? [] : logSoftmax(queue.map((row) => dot(f, row.feature) / temperature));
    const positive = logP.filter((_, j) => queue[j]!.label === anchors.labels[i]);
    return positive.length === 0 ? 0 : -sum(positive) / positive.length;
  });
}

/** InfoNCE: minus log softmax of the own other view among itself and the queue. */
export function infonce(
  anchors: Anchors,
  positives: Matrix,
  queue: readonly ReferenceRow[],
  { temperature }: FamilyOptions,
) {
  return anchors.features.map((f, i) => {
    const s = [dot(f, positives[i]!), ...queue.map((row) => dot(f, row.feature))];
    return -logSoftmax(s.map((x) => x / temperature))[0]!;
  });
}

/** Triplet: mean over the queue of max(0, s - own + margin). */
export function triplet(
  anchors: Anchors,
  positives: Matrix,
  queue: readonly ReferenceRow[],
  { margin }: FamilyOptions,
) {
  return anchors.features.map((f, i) => {
    const own = dot(f, positives[i]!);
    return sum(queue.map((row) => Math.max(0, dot(f, row.feature) - own + margin))) / Math.max(queue.length, 1);
  });
}
