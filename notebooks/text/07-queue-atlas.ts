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
// # The atlas: how features move while the network trains
//
// **The question.** A network turns an image into a list of 128 numbers, its *feature*. While the network trains, the feature of the same image moves. Where does it go? Do the three modules of CSDNet send it elsewhere? And what happens to the features in the queue, which do *not* move any more?
//
// **The claim** that people make with such pictures: "training pulls the classes apart, look at the map". We make the map. Then we ask numbers whether the map may be believed.
//
// **The plan.** First you build the one idea of UMAP by hand: neighbours. Then three variants train before your eyes, and we take a *snapshot* of the features at four epochs. All snapshots go on one map. You get a slider to move through it. Beside each map stand its numbers. At the end we look at the queue: which of its rows are out of date, and how far.

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // leaf20, leaf80, or a folder in the published layout
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1;
let epochs = [2, 8, 14, 30]; // when to take a snapshot; training ends after the last one

// %% [markdown]
// ## 1. Neighbours, by hand
//
// A map of features has two axes. A feature has 128. Something must be lost. **UMAP** (McInnes and others, 2018) gives up distances and keeps *neighbours*: who lies next to whom.
//
// The **k nearest neighbours** of a row $f_i$ are the $k$ rows with the smallest distance
//
// $$d_{ij} = \lVert f_i - f_j \rVert$$
//
// UMAP then gives each pair of neighbours a weight: the nearest one gets 1, and farther ones get less:
//
// $$w_{ij} = \exp\!\left(-\frac{d_{ij} - \rho_i}{\sigma_i}\right), \qquad \rho_i = \text{distance to the nearest}$$
//
// $\sigma_i$ is set for each row so that all rows have about equally strong ties. So **each row has a ruler of its own**: a row in an empty region has long ties, a row in a crowd has short ones. Remember this; it is why sizes on the map mean little.
//
// **By hand.** Six points in two groups. Group one is tight, group two is ten times as wide. Who are the two nearest of each point?

// %%
const six = [[0, 0], [0.1, 0], [0, 0.15], [5, 5], [6, 5], [5, 6.5]];
const far = (a: number[], b: number[]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const byHand = six.map((p) =>
  six.map((q, j) => ({ j, d: far(p, q) })).sort((a, b) => a.d - b.d).slice(1, 3));
byHand.forEach((near, i) => console.log(
  `point ${i}: ${near.map(({ j, d }) => `${j} (at ${d.toFixed(2)})`).join(', ')}`));

// %% [markdown]
// Every point finds its neighbours in its own group. The wide group is not punished for being wide.
//
// **The same from the library.** It counts a point as its own first neighbour, so we ask for three and leave out the first.

// %%
const found = cs.nearestNeighbours({ values: new Float64Array(six.flat()), size: 2 }, { k: 3 });
const libNear = six.map((_, i) => [...found.indices.slice(3 * i + 1, 3 * i + 3)]);
cs.showEqual({ 'two nearest': [byHand.flat().map(({ j }) => j), libNear.flat()] });

// %% [markdown]
// ## 2. Snapshots of a live training
//
// Three variants of the tiny network start from the *same* random weights:
//
// - **full**: cross-entropy, a second view (SSDP), the queue (DDL) and distillation (SSDT);
// - **without DDL**: the same, but no queue;
// - **baseline**: one view and cross-entropy alone.
//
// We look at the same images each time: all training images, and five test images of each class. They are seen whole, without random crops. The queue has 240 rows. There are 60 training images, so once it is full it holds four rows of each image, of different ages.

// %% tags=["varies"]
const full = cs.withTerm(cs.livePreset(presetName, {
  dataset: { name: datasetName }, seed: seed,
  training: { epochs: Math.max(...epochs) },
}), 'contrast', { queueLength: 240 });
const plain = cs.without(cs.without(cs.withView(full, 'none'), 'contrast'), 'distill');
const dataset = await cs.openDataset(datasetName);
const runs = await cs.trainSnapshots(dataset, [
  { name: 'full', why: 'all three modules', config: full },
  { name: 'without DDL', why: 'no memory', config: cs.without(full, 'contrast') },
  { name: 'baseline', why: 'one view, cross-entropy alone', config: plain },
], { epochs: epochs });

// %% [markdown]
// ## 3. One map for all snapshots
//
// A map is worth comparing only if a place means the same in every panel. There are two ways to get that.
//
// | Way | How | What it can show | What it cannot show |
// |---|---|---|---|
// | `'last'` | UMAP on the *last* snapshot of every variant; all earlier rows are placed on it | on the way to which end an image is; the plane stays the same when you add an earlier snapshot | a row lands where the last snapshots have points, so early disorder looks more orderly than it is |
// | `'joint'` | one UMAP on the images of *all* snapshots, each with the same number of rows | early features lie beside their own neighbours | early and late form islands, the late ones small; each added snapshot changes the whole map |
//
// We take `'last'`: the last snapshots of all three variants, with the same number of rows each, so that none is preferred. Section 4 tells what it costs. Rows of the queue are placed afterwards and do not bend the map.
//
// Both ways need features that can be compared at all. Here they can, because the three networks start from the same weights and so share their axes at the start. Another seed would turn the whole space: then a shared map shows islands that mean nothing.
//
// The features are scaled to length 1 first, so that distance means angle, as in DDL's loss.
//
// **What to look at.** Read a row of the figure from left to right. Early, the colours lie on top of each other. Which part first: families (colours), or the classes within a family? In each frame stand two numbers; section 4 explains them.

// %% tags=["varies"]
const map = await cs.mapSnapshots(runs, { seed: seed });
cs.show(cs.atlasFigure(map), { save: 'atlas-epochs' });

// %% [markdown]
// **The same as an atlas, for your mouse.** Move the slider and watch the points travel. Choose another variant. Point at a marker to see its image. Click a family to see it alone; choose a class to follow its few images. Tick *rows of the queue*: each row is a square, and a line leads to where its view lies now.
//
// **A task.** In the last epoch, point at the images of one island that lies apart. What do they share? Is it the leaf, or something else in the picture? Find your own answer before you read on.

// %% tags=["varies"]
await cs.showAtlas(map);

// %% [markdown]
// **What we suspect.** In our run, one island holds images on *brown* ground, soil and wood, whatever the leaf. The background means nothing for the class, but it fills most of a picture. Let us measure it. For each image we take the colour of its border (red minus blue), and compare it with the border of its ten nearest neighbours *among the features*. A correlation of 0 says that neighbours do not share their background; 1 says that they share it fully.

// %% tags=["varies"]
const background = await cs.backgroundShare(map);
cs.showTable(cs.backgroundTable(background));
const atEnd = background.filter(({ epoch }) => epoch === epochs[epochs.length - 1]);
cs.say(`At the end, the correlation is ${atEnd.map(({ variant, correlation }) =>
  `**${correlation.toFixed(2)}** (${variant})`).join(', ')}.`);

// %% [markdown]
// A high number says: much of what the map shows is background. No colour of the legend told us, only the thumbnails did. So look at the images before you explain an island.
//
// ## 4. The numbers beside the map
//
// A map always looks like *something*. Four numbers say how much of it is there.
//
// - **Trustworthiness**: are the ten nearest points on the map also near in the features? 1 is perfect, places drawn by lot have about 0.5.
// - **Class of neighbours**: the three nearest *training* images of a test image vote for its class. How often are they right, among the features and on the map? The difference is what the map has lost (or invented). **Family of neighbours** is the same for families.
// - **Separation**: the mean distance between classes, divided by the mean distance within a class. 1 means that classes are not apart at all. It averages over all other classes, so it rises when only families part; the silhouette compares with the nearest other class.
// - **Silhouette**: from -1 to 1. Below 0, an image lies nearer to another class than to its own, on average.

// %% tags=["varies"]
const numbers = cs.atlasNumbers(map);
cs.showTable(cs.atlasTable(map, numbers));
cs.show(cs.atlasCurves(map, numbers), { save: 'atlas-numbers' });
const pick = (variant: string, epoch: number) =>
  numbers.find((one) => one.variant === variant && one.epoch === epoch)!;
const [first, last] = [pick('full', epochs[0]), pick('full', epochs[epochs.length - 1])];
const share = (value: number) => `${(100 * value).toFixed(0)} %`;
cs.say(`**full**, from epoch ${first.epoch} to ${last.epoch}: among the features, the neighbours
name the family of ${share(first.familyFeatures)}, then ${share(last.familyFeatures)} of the test
images; the class of ${share(first.nearFeatures)}, then ${share(last.nearFeatures)}. The silhouette
of the classes ends at ${last.silhouette.toFixed(2)}.`);

// %% [markdown]
// **What we see.** The families part, the siblings hardly do. That is the ultra-fine-grained problem in one table. A silhouette below 0 says it bluntly: the colours on the map look tidy *because the colours are families*.
//
// **A yardstick.** Is UMAP better than simpler maps? The *principal plane* (PCA) is the flat cut through the features that keeps most of their spread. The *random plane* is a cut that chance has chosen. Same features, same numbers:

// %% tags=["varies"]
const pca = cs.atlasNumbers(await cs.mapSnapshots(runs, { method: 'pca' }));
const chance = cs.atlasNumbers(await cs.mapSnapshots(runs, { method: 'random', seed: seed }));
const joint = cs.atlasNumbers(await cs.mapSnapshots(runs, { fit: 'joint', seed: seed }));
cs.showTable(cs.yardstickTable({
  "UMAP, fit 'last'": numbers, "UMAP, fit 'joint'": joint,
  'principal plane': pca, 'random plane': chance,
}));

// %% [markdown]
// Read the first row as the truth and the others as its copies. A map whose neighbours are *worse* than those of the features has lost something. A map whose neighbours are *better* has tidied up: it shows groups more clearly than the features have them. With 100 test images, a difference of a few percent is noise. The trustworthiness of `'last'` against `'joint'` is the price of the quiet plane; for `'last'`, the table above shows lower values at the early epochs. (A random *plane* is not places drawn by lot: it keeps much, since it is still a cut through the features.)
//
// ## 5. Change a value and run again
//
// The next cell maps one snapshot alone: **full**, last epoch, 160 images. It takes two or three seconds. Change the first line and run it again:
//
// - `neighbours`: 3 shows small crumbs, 50 shows the large picture;
// - `minDist`: 0 packs neighbours tightly, 0.8 spreads them out;
// - `seed`: chance decides where a row starts and whom it is pushed by.
//
// **What to look at.** The middle panel differs from the left one in the seed alone. Which things stay?

// %% tags=["varies"]
const mine: cs.LiveMapOptions = { neighbours: 5, minDist: 0.5, seed: seed };
const maps = await cs.liveMaps(map, [{ seed: seed }, { seed: seed + 1 }, mine]);
cs.show(cs.liveMapsFigure(map, maps), { save: 'atlas-settings' });

// %% [markdown]
// **Distances between clusters, and their sizes, mean little.** The table shows what the features say and what the two maps of different seeds say. Each column is divided by its mean, so that the columns would agree if the maps told distances. Compare the columns row by row.

// %% tags=["varies"]
cs.showTable(cs.distancesTable(map, maps.slice(0, 2)));

// %% [markdown]
// The map is made from ties to near neighbours alone. Nothing in it holds two far groups at their true distance. Sizes are kept roughly at best: compare the features' sizes with the maps' row by row, for the order and for the amount.
//
// (The package `umap-js` can draw the same maps: `cs.umap(rows, { engine: 'umap-js' })`. Ours is several times faster and gives the same trustworthiness.)
//
// ## 6. What ages in the queue
//
// A row of the queue is a feature from a past step. It does not move. The network does. So a row tells where its image *was*.
//
// The plan of a run remembers the random crop of each row. So we can cut the very same view again and send it through the present network. The **drift** of row $q_j$ is
//
// $$\text{drift}_j = 1 - q_j \cdot f(x_j), \qquad x_j = \text{the view that row } j \text{ was made from}$$
//
// 0 means that the row is as good as new.
//
// **What to look at.** Only the youngest and the oldest rows are drawn. A line leads from each row to the place of its view under the present weights. Are the lines shorter in the last panel?

// %% tags=["varies"]
const later = epochs.slice(1);
cs.show(cs.queueArrows(map, later), { save: 'atlas-ageing' });
cs.show(cs.queueAgesFigure(map, later), { save: 'atlas-drift' });

// %% [markdown]
// **Two things lift the lines of the second figure.** The first is age: the network has moved since. The second is a step at age 0, and it is *not* age. This network normalises each batch by the batch's own mean and spread (*batch normalisation*). A row enters the queue under the statistics of its batch, but is encoded again under the stored averages. Early in training the two differ much. So read the *rise* of a line with age, not its height alone.

// %% tags=["varies"]
const [middle, late] = [epochs[2], epochs[3]];
const ends = (epoch: number) => {
  const ages = cs.queueAges(map, epoch);
  return [ages[0], ages[ages.length - 1]];
};
cs.showTable(cs.queueAgesTable(map, middle));
const [[young, old], [lateYoung, lateOld]] = [ends(middle), ends(late)];
const three = (value: number) => value.toFixed(3);
cs.say(`After epoch ${middle}, rows of age ${young.age} have drifted by **${three(young.drift)}**
and rows of age ${old.age} by **${three(old.drift)}**. After epoch ${late} it is
**${three(lateYoung.drift)}** and **${three(lateOld.drift)}**.`);

// %% [markdown]
// **What we see.** Compare the two pairs. Towards the end the learning rate falls to zero. Then the network hardly moves, and its memory stays fresh for longer.
//
// ## What we saw
//
// - Training moves features a long way early, and little late. Families part; siblings stay together.
// - One plane for all panels makes panels comparable. *Which* rows it is fitted on is a choice that must be told.
// - On a map, trust neighbours. Do not trust distances between groups, sizes of groups, or directions.
// - A map can look tidier or messier than the features are. The numbers beside it say which.
// - Islands need not be classes. Ours had much to do with the background.
// - The rows of a queue age. A row of a past step can lie far from where its image is now. How far depends on how fast the network moves; and a part of the early drift is batch normalisation, not age.
// - Three runs with one seed cannot say which variant is better. That is the question of notebook 06.
//
// ## Try
//
// **1. Neighbours.** In section 1, move point 3 from (5, 5) to (0.3, 0.3), and run the cell again. Which point is now its nearest?

// %%
const answer1: cs.Answer = undefined;
const moved = six.map((point, i) => (i === 3 ? [0.3, 0.3] : point));
cs.checkAnswer('atlas-neighbour', answer1, { points: moved, of: 3 });

// %% [markdown]
// **2. Reading a map.** On a UMAP, group A lies twice as far from group C as from group B. What does that say about the features? `'twice'`: C is twice as far from A as B is; `'farther'`: C is farther from A than B is, but not necessarily twice; `'little'`: little or nothing.

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('atlas-distance', answer2);

// %% [markdown]
// **3. Drift.** A row $q = (1, 0)$ lies in the queue. The present network gives its view the feature $f = (0.6, 0.8)$. What is the drift?

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('atlas-drift', answer3, { stale: [1, 0], fresh: [0.6, 0.8] });

// %% [markdown]
// **4. Another seed.** You train `full` with seed 1 and with seed 2, and put both on one joint map. The two fall into two separate islands. What does this show? `'different'`: the two networks see the images differently; `'space'`: nothing about the images, since each seed has a space of its own; `'worse'`: one of them has learned worse.

// %%
const answer4: cs.Answer = undefined;
cs.checkAnswer('atlas-seeds', answer4);

// %% [markdown]
// Onward: [08: the errors](08-errors.ipynb).
