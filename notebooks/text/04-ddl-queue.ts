// ---
// jupyter:
//   jupytext:
//     text_representation:
//       extension: .ts
//       format_name: percent
//       format_version: '1.3'
//       jupytext_version: 1.19.6
//   kernelspec:
//     display_name: TypeScript
//     language: typescript
//     name: tslab
// ---

// %% [markdown]
// # The queue: what is in the memory, and what the contrast does with it
//
// **The question.** DDL compares each image of a batch with a *queue*: the features of images that were seen some steps ago. Why not with the batch itself? How long should the queue be? And what happens to a feature that lies in a queue while the network goes on learning?
//
// **Words.** A *feature* $f$ is the vector that the network makes of an image before it decides on a class. Here it always has length 1, so that the *cosine* of two features is their product $s = f \cdot q$: 1 for equal directions, 0 for right angles. A *row* is one feature in the queue, with the class of its image. An *anchor* is an image of the present batch.
//
// **What is stated and what is ours.** The paper's abstract states a dynamic memory queue and iterative contrastive learning. The length $\iota$ and a margin $\xi$ are named by later papers. The equation below is our reconstruction, and so is every default; each choice is a switch that we turn in this page.

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // leaf20, leaf80, or a folder in the published layout
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1;
let epochs = 24; // of each live run

// %% [markdown]
// ## 1. A queue, filled by hand
//
// First in, first out, like a queue at a counter. It has a fixed number of places. A new batch comes in at one end. When all places are taken, the oldest rows leave at the other end.
//
// Here are five small batches of classes A to D, and a queue of six places. The batches do not fit evenly on purpose. Before you run the cell: which rows will be left after the last batch?

// %%
const dataset = await cs.openDataset(datasetName);
const names = ['A', 'B', 'C', 'D'];
const batches = [[0, 1], [2, 0], [3, 1, 2], [0, 3], [2, 1]];
const places = 6;
let byHand: number[] = [];
for (const batch of batches) byHand = [...byHand, ...batch].slice(-places);
console.log('left at the end:', byHand.map((one) => names[one]).join(' '));

// %% [markdown]
// Now the queue that training really uses, on the same batches. Each strip is the queue after one step. Look at the *age* under each letter: it counts the steps since the row came in. Follow one row from the right edge to the left until it is gone.

// %%
const walk = cs.walkQueue(batches, places);
cs.showEqual({ 'rows after the last batch': [byHand, walk[walk.length - 1].labels] });
cs.show(cs.queueWalkFigure(walk, { names: names, title: 'A queue of six places' }), {
  save: 'queue-walk',
});

// %% [markdown]
// **What we saw.** The queue needs three steps to fill; empty places cost nothing. From then on each batch pushes out as many rows as it brings. In the third step a part of a batch leaves and the rest of it stays. And a row is never touched while it waits: its age grows, its numbers do not change.
//
// A batch is compared with the queue *before* it enters. So no image meets itself in its own step.
//
// ## 2. Why a memory? Count the positives
//
// A *positive* of an anchor is another image of its class, or, in a queue, its own older row. A contrast needs positives: they are what it pulls together. Without any, it can only push.
//
// **By hand.** The set has $N$ training images, $n$ of each class, and a batch takes $B$ of them. The other $B - 1$ images are drawn from $N - 1$, of which $n - 1$ are of the anchor's class. So the expected number of positives is
//
// $$E = (B - 1)\,\frac{n - 1}{N - 1}.$$
//
// The library counts them over real batches, as training draws them. The two are close and not equal: one is an expectation, the other a count.

// %%
const B = 20;
const N = dataset.train.samples.length;
const n = N / dataset.classes;
const expected = ((B - 1) * (n - 1)) / (N - 1);
const counted = cs.positivesInBatches(dataset, { batchSize: B, seed: seed });
const none = counted.filter((count) => count === 0).length / counted.length;
cs.say(`Training images: **${N}**, **${n}** a class; batch **${B}**. Expected positives of an
anchor: **${expected.toFixed(3)}**; counted over ${counted.length} anchors:
**${cs.mean(counted).toFixed(3)}**. **${(100 * none).toFixed(0)} %** of the anchors meet none.`);
const cotton = (B - 1) * ((3 - 1) / (80 * 3 - 1));
cs.say(`With 80 classes of 3 images, as in Cotton80, it would be ${cotton.toFixed(3)}.`);

// %% [markdown]
// Now with a queue. Left: the share of anchors that have nobody to be pulled to. Right: how many positives they meet. Look for the length at which the left curve reaches the ground.

// %%
const options = { batchSize: B, seed: seed };
const lengths = [N / 4, N / 2, N, 2 * N, 4 * N].map(Math.round);
const positives = cs.positivesByLength(dataset, lengths, options);
cs.show(cs.positivesFigure(positives, N), { save: 'queue-positives' });
const whole = positives.find(({ length }) => length === N)!;
cs.say(`A queue as long as the training set (${N} rows) leaves
**${(100 * whole.without).toFixed(1)} %** of the anchors without a positive,
and shows them **${whole.mean.toFixed(2)}** on average.`);

// %% [markdown]
// **What we saw.** This is the likely motive for the queue: with three images a class a batch holds few pairs to pull, the fewer the more classes there are. A queue of one training set has nearly all there are. One of those rows is usually the image's own earlier self, from the epoch before. A longer queue shows *more rows*, but no new image: the second copy of a photograph says little that the first did not.
//
// ## 3. The loss on twelve pairs
//
// For an anchor $f_i$ of class $y_i$ and rows $q_j$ of classes $y_j$, with $s_{ij} = f_i \cdot q_j$:
//
// $$L_{\text{DDL},i} = \frac{1}{|Q|} \sum_j \Big( [y_i = y_j]\,(1 - s_{ij}) + [y_i \neq y_j]\,\max(0,\; s_{ij} - \xi) \Big)$$
//
// In words: a row of my class costs as much as it is unlike me. A row of another class costs only where it is *more* like me than the margin $\xi$ allows. $|Q|$ is the number of rows that hold a feature.
//
// The map did these numbers once. Here we look at every pair: four images (lines) and three rows (columns).

// %%
const F = [[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0], [0, 0, 1]];
const y = [0, 0, 1, 1];
const Q = [[0, 1, 0], [1, 0, 0], [0, 0.6, 0.8]];
const yQ = [1, 0, 0];
const xi = 0.4;
const dot = (a: number[], b: number[]) => a.reduce((sum, v, k) => sum + v * b[k], 0);
const cost = (same: boolean, s: number) => (same ? 1 - s : Math.max(0, s - xi));
const each = F.map((f, i) => cs.mean(Q.map((q, j) => cost(y[i] === yQ[j], dot(f, q)))));
const batch = { features: F, labels: y };
const memory = { features: Q, labels: yQ };
const lib = cs.queueLoss(batch, memory, { margin: xi });
cs.showEqual({ 'each image': [each, lib], mean: [cs.mean(each), cs.mean(lib)] });
cs.show(cs.pairCostFigure(batch, memory, xi), { save: 'queue-pairs' });

// %% [markdown]
// **What we saw.** Blue pairs pull, orange pairs push, white ones do nothing. Whether a pair costs at all is decided by its class first and by the margin second. Change `xi` to `0.5` in the cell and run it again: one pair turns white. Change it to `0`: the same pairs push as at `0.4`, but each now pays its whole cosine. (Set it back afterwards.)
//
// ## 4. Which way does an image move?
//
// A loss is only a means. What trains the network is its *gradient*: the direction in which the loss rises fastest. A step goes the other way.
//
// **By hand.** Two-number features fit into a drawing. Each row of the anchor's class adds $-q_j / |Q|$ to the gradient, each row of another class above the margin adds $+q_j / |Q|$, and the rest add nothing. Features have length 1, so the image can move along the circle only: we take away the part of the gradient that points along $f$.

// %%
const turn = (degrees: number) => [Math.cos, Math.sin].map((of) => of((degrees * Math.PI) / 180));
const f = turn(50);
const plane = { features: [turn(85), turn(20), turn(65), turn(170)], labels: [0, 1, 1, 1] };
const sign = plane.features.map((q, j) => (plane.labels[j] === 0 ? -1 : dot(f, q) > xi ? 1 : 0));
const rise = [0, 1].map((k) => cs.mean(plane.features.map((q, j) => sign[j] * q[k])));
const along = rise.map((v, k) => v - dot(rise, f) * f[k]);
const anchor = { features: [f], labels: [0] };
const [gradient] = cs.queueGradient(anchor, plane, { margin: xi });
cs.showEqual({ gradient: [along, gradient] });
const scene = { feature: f, label: 0, queue: plane, margin: xi, gradient: gradient };
cs.show(cs.planeFigure(scene), { save: 'queue-plane' });

// %% [markdown]
// **What we saw.** One pull and two pushes; the row on the far left lies below the margin and takes no part. Every arrow is as long as the next: this loss does not push harder where a pair is worse. Only the part of an arrow that lies along the circle moves the image. The two pushes come from both sides and partly cancel; what is left of them helps the pull.
//
// Change `turn(50)` to `turn(75)` and run it again. The image is then beyond the row that stood in its way, and both pushes help the pull.
//
// **Other families.** The sources leave open which contrastive loss it is, so it is a switch. The same twelve pairs, five families. `infonce` and `triplet` read no labels: their one positive is the same image's *other view*, so we make one up for each image.

// %%
const views = [[0.96, 0.28, 0], [0.6, 0.8, 0], [0.8, 0.6, 0], [0, 0.28, 0.96]];
const withViews = { ...batch, positives: views };
cs.showTable(cs.familiesTable(withViews, memory, { margin: xi, temperature: 0.1 }));
const balanced = cs.queueLoss(batch, memory, { margin: xi, reduction: 'balanced' });
const plain = (losses: number[]) => losses.map((v) => v.toFixed(3)).join(', ');
cs.say(`**Reduction.** The equation above divides by all rows: ${plain(lib)}.
*Balanced*, our default in training, takes the mean over positives plus the mean over negatives:
${plain(balanced)}. In a queue of ${N} rows with ${n} positives a pull
weighs 1/${N} over all rows and 1/${n} balanced: **${(N / n).toFixed(0)} times** as much.`);

// %% [markdown]
// **How hard does it pull?** Beside the contrast stands the classification, and both move the same weights. What counts is the length of their gradients, not the size of their losses. So we train the preset `laptop` for a moment, take the objective apart on the next batch, and hold each term's gradient on the backbone beside the classification's. Once with the division by $|Q|$ and $\alpha = 1$, once balanced with $\alpha = 10$. Look at the column *Beside classify* in the rows *contrast*.

// %% tags=["varies"]
const training = { epochs: 2, batchSize: B };
const short = cs.preset('laptop', { dataset: { name: datasetName }, training: training });
const weak = cs.withTerm(short, 'contrast', { reduction: 'queue', weight: 1 });
const shares: number[] = [];
for (const config of [weak, short]) {
  const found = await cs.followGradients(config, dataset);
  cs.showTable(cs.gradientsTable(found, config, dataset));
  const [classify, contrast] = found[found.length - 1].terms;
  const [pull, of] = [contrast, classify].map((term) => term.weight * term.backbone.norm);
  shares.push(pull / of);
}
cs.say(`Over all rows with a weight of 1 the contrast pulls at
**${(100 * shares[0]).toFixed(1)} %** of the classification's gradient; balanced with a weight of
${cs.findTerm(short, 'contrast')!.weight}, at **${(100 * shares[1]).toFixed(0)} %**.`);

// %% [markdown]
// **What we saw.** With the first, the contrast is there in name only: it cannot change what the network learns, however right its idea is. With 80 classes it was 1 to 2 %, and no table could tell DDL from nothing. With the second it became the largest gain of all modules. How that was found, on images that no table scores, is told in `docs/experiments.md`. Before you judge a term of a loss, look at its gradient.
//
// `xbm` is a sum, so it grows with the queue. `supcon` and `infonce` are logarithms of a share: with a small temperature a near negative costs a lot. Not even the order of the images is the same in all families. Compare a family with itself only, at its own weight $\alpha$.
//
// ## 5. The margin on real leaves
//
// We fill a queue with the training images of twelve classes and take one test image of each class as the anchors. The network is the preset `laptop`, which knows ImageNet and has seen no leaf of ours. Then we turn the margin from 0 to 1.
//
// Look at the right panel first: how many pairs of two classes push at $\xi = 0.4$, and how large must $\xi$ be until only half of them do?

// %%
const classes = Array.from({ length: Math.min(12, dataset.classes) }, (_, c) => c);
const laptop = cs.preset('laptop', { dataset: { name: datasetName } });
const look = await cs.lookAtQueue(laptop, dataset, { classes: classes, anchors: 'test' });
const margins = Array.from({ length: 51 }, (_, k) => k / 50);
const curve = cs.marginCurve(look, margins);
cs.show(cs.marginFigure(curve, { at: xi }), { save: 'queue-margin' });
const here = curve.find(({ margin }) => margin === xi) ?? curve[20];
const half = curve.find(({ pushing }) => pushing < 0.5)!;
cs.say(`At a margin of ${here.margin} **${(100 * here.pushing).toFixed(0)} %** of the pairs of two
classes push, and pushes are **${((100 * here.push) / here.loss).toFixed(0)} %** of the loss.
Fewer than half of them push from a margin of **${half.margin}** on.`);

// %% [markdown]
// **What we saw.** Before training, leaves of all classes lie close together, so most pairs push at the default margin. The margin decides how long the pushing goes on: until other classes are below it. A margin near 1 leaves the pulls alone, and then nothing in this loss (only the cross-entropy) keeps the features from falling into one point.
//
// ## 6. What ages in a queue
//
// A row tells where its image *was* when it came in. The network moves on, the row stays. How wrong is it by now? We can measure that: take the image of each row, cut the very same view again, and encode it with the weights of today. With the old row $q_j$ and the fresh feature $\hat q_j$,
//
// $$\text{drift}_j = 1 - q_j \cdot \hat q_j.$$
//
// By default each view has its own queue; the *raw queue* is the raw view's. Train a network and see. We give it a queue that is as long as the whole run, so that it forgets nothing: even the rows of the very first step are still in it at the end.

// %% tags=["varies"]
const live = cs.livePreset(presetName, {
  seed: seed,
  dataset: { name: datasetName },
  training: { epochs: epochs, batchSize: B },
});
const long = cs.withTerm(live, 'contrast', { queueLength: epochs * N });
const run = await cs.trainLive(dataset, long);
cs.showTable(cs.queueReportTable(run));

// %% [markdown]
// The table says what is in the raw queue at the end: how long it is in units of the training set, how many copies of an image it holds, how old they are. Now the drift. Young rows are on the left, rows of the first steps on the right. Look at how far up the curve begins, and at which age it starts to climb.

// %% tags=["varies"]
cs.show(cs.queueDriftFigure(run), { save: 'queue-drift' });
const drift = run.queue!.drift!;
const [young, old] = [drift[0], drift[drift.length - 1]];
cs.say(`Rows that just came in are off by **${young.mean.toFixed(3)}**, the oldest, of ${old.age}
steps, by **${old.mean.toFixed(3)}**: their cosine to what the network makes of the same view
today is only **${(1 - old.mean).toFixed(3)}**. The worst row of all is off by
${Math.max(...drift.map(({ max }) => max)).toFixed(3)}.`);

// %% [markdown]
// **What we saw.** Old rows describe a network that is gone. So two wishes pull apart: a longer queue has more positives, and they are worse.
//
// Two honest notes on the curve. With `tiny` it does not begin at zero: that network normalises by the *batch* while it trains and by stored averages when we encode again, and that difference is no drift. (`laptop` keeps its averages as they are.) And it is flat for young rows because the learning rate falls to zero towards the end of a run: the last steps change little. In the middle of a run the same age would cost more.
//
// **Fresh or slow keys.** One remedy is to let a *slow* copy of the network fill the queue: after each step its weights become $m$ times themselves plus $(1 - m)$ times the network's (an *exponential moving average*, EMA, from MoCo). Its rows agree better with each other, and they lag behind the network by design.

// %%
const steps = cs.stepsPerEpoch(N, live) * epochs;
const lag = (m: number) => Math.log(0.5) / Math.log(m);
const told = [0.9, 0.99, 0.999].map((m) => `m = ${m}: **${lag(m).toFixed(0)} steps**`);
cs.say(`Half of what the slow copy knows is older than: ${told.join('; ')}. The live run above has
**${steps} steps** in all. So with m = 0.999 the copy would still be mostly the weights that
training began with. A momentum that is right for a million steps is not right for a hundred.`);

// %% [markdown]
// ## 7. Live: no queue, a short one, a long one
//
// Three networks: without DDL, with a queue of one training set, and with one of eight. Change the lengths, or replace `queueOf(8 * N)` by `cs.withTerm(live, 'contrast', { margin: 0 })`, or by the same with `{ family: 'supcon' }`, and run the cell again.

// %% tags=["varies"]
const variant = (name: string, config: cs.Config) => ({ name: name, why: 'live', config: config });
const queueOf = (length: number) => cs.withTerm(live, 'contrast', { queueLength: length });
const runs = await cs.trainVariants(dataset, [
  variant('without DDL', cs.without(live, 'contrast')),
  variant('one training set', queueOf(N)),
  variant('eight training sets', queueOf(8 * N)),
]);
cs.showTable(cs.liveTable(runs));
cs.showTable(cs.queueCompareTable(runs));
cs.show(cs.driftCompareFigure(runs), { save: 'queue-lengths' });

// %% [markdown]
// **What we saw.** The second table is the lesson: eight times the length is eight copies of each image and rows that are many times older, with the same classes present. In the figure both curves begin alike (with `tiny` on the noisy floor of section 6); only the long queue reaches to where it rises. The first table is *one seed of a short run*. Change `seed` and run all again: the order of the three may well change. It decides nothing.
//
// ## 8. The full result, from stored runs
//
// Photographs of grapevine leaves, 5 classes with 5 training images each, EfficientNet-Lite0, five seeds. The default there is a margin of 0.4 and a queue of 256 rows. Where a caption speaks of *earlier defaults*, the table was measured when the contrast hardly pulled (section 4): switches of a term that hardly pulls hardly matter. Each point is a paired difference to the default: same seed, same images. An interval that crosses the dashed line cannot tell the two apart.

// %%
cs.showStored({ table: 'margin' });
cs.showStored({ table: 'length' });
const set = cs.storedTable({ table: 'length' })!.dataset;
cs.say(`The training set has **${set.train} images**. Even the shortest queue of that table, 64
rows, is **${(64 / set.train).toFixed(1)} training sets** long, and the longest, 4096 rows,
**${(4096 / set.train).toFixed(0)}**. A run of so few steps never fills the longest queues,
so those rows are alike.`);

// %% [markdown]
// The other switches of DDL: the family, how many queues, how the sum is divided, and who fills the queue.

// %%
for (const table of ['family', 'queues', 'reduction', 'keys'] as const) cs.showStored({ table });
const all = ['margin', 'length', 'family', 'queues', 'reduction', 'keys'] as cs.TableName[];
const rows = all.flatMap((table) => cs.storedTable({ table: table })!.rows);
const judged = rows.filter((row) => row.toReference !== null);
const worse = judged.filter((row) => row.toReference!.high! < 0).map((row) => row.name);
const better = judged.filter((row) => row.toReference!.low! > 0).map((row) => row.name);
cs.say(`Of **${judged.length}** variants of DDL, better than the default with their whole interval:
**${better.length}** (${better.join(', ') || 'none'}); worse: **${worse.length}**
(${worse.join(', ') || 'none'}). With so many comparisons, one in twenty would stand
out by chance.`);

// %% [markdown]
// ## What we saw
//
// - A queue is a list of fixed length: first in, first out. Its rows are never updated.
// - With three images a class a batch has few positives, and with many classes almost none; a queue as long as the training set has nearly all.
// - The margin loss pulls rows of one class and pushes rows of other classes that lie above the margin, each with the same force.
// - A longer queue brings no new image. It brings copies, and they age: drift can be measured, and old rows have drifted most.
// - A term matters as much as its gradient. Divided by $|Q|$ the contrast hardly pulls where there are many classes.
// - On the stored photographs margin and length hardly matter in the range that was tried. The *family* can matter, as the table shows: at the same weight one family, `infonce`, harms. That is a statement about our defaults and these photographs; each family has its own scale, and none was tuned.
// - Whether DDL helps at all is a question for notebook 06, beside the control.
//
// ## Try
//
// Answer in the cell below each question: write in place of `undefined`, and run the cell.
//
// **1. Gone.** A queue has 256 rows and each step brings 20. After how many further steps is no row of a batch in the queue any more?

// %%
const answer1: cs.Answer = undefined;
cs.checkAnswer('queue-gone', answer1, { length: 256, batch: 20 });

// %% [markdown]
// **2. Who pushes?** In section 3, how many of the twelve pairs push at the margin 0.5? (Count first, then change `xi` and look.)

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('queue-pushing', answer2, { F: F, y: y, Q: Q, yQ: yQ, margin: 0.5 });

// %% [markdown]
// **3. Longer.** What does a queue of eight training sets hold that one of a single set does not: more `'images'`, `'fresh'` rows, older `'copies'`, or only more `'cost'`?

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('queue-long', answer3);

// %% [markdown]
// **4. InfoNCE.** In the stored table the family `infonce` does much worse than the default. In that queue each class has many rows. `triplet` also pushes classmates, but only up to its margin. What does `infonce` probably harm by pushing without end (untested): the `'temperature'`, the `'margin'`, the two `'views'`, or the nearness of `'classmates'`?

// %%
const answer4: cs.Answer = undefined;
cs.checkAnswer('queue-infonce', answer4);

// %% [markdown]
// Onward: the third module, where one view teaches the other. [05: self-distillation](05-ssdt-distillation.ipynb).
