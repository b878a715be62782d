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
// # SSDP: a second view, and whether it looks at the right place
//
// **The question.** The first module of CSDNet makes a second picture of each training image. It is cut where the network's own features say that something is. How is that place found, step by step? And is it the right place: the one where the siblings differ?
//
// **The claim** of the paper (Fang, Jiang, Tang and Li): *adaptive* augmented samples spotlight the details that tell one subcategory from the next. The paper's equations were not at hand. So every formula here is **our reconstruction**, and what the sources leave open is a switch of the record `view`. This page turns each of these switches.
//
// The names, as in [the map](00-map.ipynb): $x$ is the raw view, $F$ its feature map, $A$ the saliency, $M$ the mask, $x'$ the second view.
//
// $$x \;\to\; F \;\to\; A \;\to\; M \;\to\; \text{view } x'$$

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // leaf20 or leaf80: sets that know where their classes differ
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1;
let theta = 0.5; // threshold of the mask, between 0 and 1

// %% [markdown]
// ## 1. What a feature map is
//
// A convolutional network slides small filters over the image. The result of one layer is a **feature map**: a grid of cells, and in each cell $c$ numbers, one for each **channel**. A channel is large where its filter found what it looks for: a vein, an edge, a hole.
//
// One cell stands for a square of pixels. The side of that square is the **stride**: at stride 16, an image of 96 pixels has a map of 6 x 6 cells.
//
// The next cell sends one test image of each class through EfficientNet-Lite0, which knows ImageNet and has never seen these leaves. We show two of them. Look at columns 2 to 4: these are the three most active channels of each image. They light up at different places.

// %%
const dataset = await cs.openDataset(datasetName);
const laptop = cs.preset('laptop', { seed: seed, dataset: { name: datasetName } });
const classes = dataset.classNames.map((_, c) => c);
const samples = cs.pickSamples(dataset, 'test', classes);
const two = [samples[0], samples[10]];
const channelLooks = [];
for (const one of two) channelLooks.push(await cs.lookAtChannels(laptop, dataset, one));
const names = two.map(({ label }) => dataset.classNames[label]);
cs.showStatic(cs.channelsFigure(channelLooks, names));

// %% [markdown]
// **What we saw.** No single channel marks the leaf. Their mean does better: it is high where *many* filters found something. That mean is our saliency.
//
// ## 2. Saliency and mask by hand
//
// **Equations.** First the *activation saliency*, one number a cell:
//
// $$a = \frac{1}{c}\sum_{k=1}^{c} \max(0, F_k), \qquad A = \frac{a - \min a}{\max a - \min a}$$
//
// Negative activations count as nothing. The scaling makes the lowest cell 0 and the highest cell 1.
//
// Take a map of 3 x 3 cells with two channels. The centre cell holds $1.0$ and $0.8$, so $a = 0.9$. The cell on its left holds $0.2$ and $0$, so $a = 0.1$.

// %%
const F = [
  [[0, 0.4], [0.2, -0.5], [0, 0]],
  [[0.2, 0], [1.0, 0.8], [0.6, 0.6]],
  [[-0.3, 0.2], [0.4, 0.2], [0, -1]],
];
const a = F.map((row) => row.map(([f1, f2]) => (Math.max(0, f1) + Math.max(0, f2)) / 2));
const low = Math.min(...a.flat());
const high = Math.max(...a.flat());
const A = a.map((row) => row.map((v) => (v - low) / (high - low)));
cs.showEqual({ 'saliency A': [A.flat(), cs.mapSaliency(F).flat()] });

// %% [markdown]
// The second column came from the function that training calls.
//
// Next the **mask**: which cells belong to the place? There are four kinds.
//
// | `mask` | Equation | In words |
// |---|---|---|
// | `mean` | $M = [A > \text{mean } A]$ | above the average |
// | `fraction` (default) | $M = [A > \theta \max A]$ | above a share of the maximum |
// | `topk` | the $\lceil r\,h\,w \rceil$ highest cells | always the share $r$ (`topShare`) of all cells |
// | `soft` | $M = A$ | no decision: every cell by its own weight |
//
// $[\ldots]$ is 1 where the condition holds, else 0. The first three are **hard** masks of 0 and 1, the last one is **soft**. In training, $\theta$ is drawn anew for every image, between 0.4 and 0.6.

// %%
const flat = A.flat();
const average = flat.reduce((sum, v) => sum + v, 0) / flat.length;
const byMean = flat.map((v) => Number(v > average));
const byFraction = flat.map((v) => Number(v > theta * Math.max(...flat)));
const wanted = Math.ceil(0.25 * flat.length);
const last = [...flat].sort((p, q) => q - p)[wanted - 1];
const byTop = flat.map((v) => Number(v >= last));
const lib = cs.masksOf(A, { theta: theta, topShare: 0.25 });
cs.showEqual({
  mean: [byMean, lib.mean.flat()],
  fraction: [byFraction, lib.fraction.flat()],
  'top 25 %': [byTop, lib.topk.flat()],
});

// %% [markdown]
// ## 3. The same steps on real leaves
//
// Three leaves, now all the way. Read each row from left to right: the saliency; the mask; the smallest **box** around the mask with a margin of 10 %, and in orange the *true* difference; the second view, cut out of the large original.
//
// Two details. The saliency is drawn smoothly on a grid of stride 8, so the mask has finer cells than the feature map. And the second view is not the raw view blown up: it is cut from the source of 256 pixels, so it shows veins that the raw view of 96 pixels has lost.

// %% tags=["varies"]
const looks = await cs.lookAtViews(laptop, dataset, samples, { theta: theta });
const shown = [looks[0], looks[5], looks[10]];
cs.showStatic(cs.viewsFigure(shown, dataset), { save: 'ssdp-steps' });

// %% [markdown]
// **The masks side by side.** One leaf, the same saliency, four masks. Top row: the mask. Middle row: its box on the leaf with the true difference in orange. Bottom row: what the network gets to see.
//
// The soft mask has no edge, so it has no box. Its second view is the raw view, dimmed to grey where the mask is low (`keep`).

// %%
const masks = await cs.lookAtChoices(laptop, dataset, samples, {
  mean: { view: { mask: 'mean' } },
  fraction: { view: { mask: 'fraction' }, theta: theta },
  'topk, 25 %': { view: { mask: 'topk', topShare: 0.25 } },
  'soft, keep': { view: { mask: 'soft', kind: 'keep' } },
});
const maskText = { title: 'Four masks',
  caption: 'White cells belong to the mask, grey ones by their weight. The box is yellow.' };
cs.showStatic(cs.choicesFigure(masks, { ...maskText, image: 0 }));
cs.showTable(cs.choicesTable(masks));

// %% [markdown]
// **What we saw.** One stray cell far from the leaf is enough to stretch the box: it must hold *every* cell of the mask. The second leaf of the figure before shows it. That is why, in the table, the box is so much larger than the mask.
//
// ## 4. The threshold $\theta$: zoom against safety
//
// A high $\theta$ leaves few cells and zooms in far. It may cut off the very thing that tells the class. How does that trade look?
//
// The curve follows one test image of each class through several thresholds. The **dotted** line is the area of the box. The **solid** line is how much of the true difference lies inside. The **dashed** line is a rival that never looks at the image: a square *of the same area in the middle of the picture*. First ask whether the solid line is above the dotted one. Then ask whether it is above the dashed one.

// %%
const thetas = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]; // change this list
const curve = await cs.thetaCurve(laptop, dataset, samples, thetas);
cs.show(cs.thetaFigure(curve, samples.length), { save: 'ssdp-theta' });
const middle = curve[Math.floor(curve.length / 2)];
const percent = (share: number) => (100 * share).toFixed(0) + ' %';
cs.say(`At $\\theta = ${middle.theta}$ the box covers **${percent(middle.area)}** of the view
and keeps **${percent(middle.kept)}** of the true difference; the square in the middle keeps
**${percent(middle.centre)}**.`);

// %% [markdown]
// **What we saw.** The solid line runs above the dotted one: the saliency is better than a random box. But it hardly ever runs above the dashed one. Leaves lie in the middle of their pictures, and a box that simply stays there does as well. Keep that in mind: *better than random* is a low bar.
//
// ## 5. Which layer should be asked? And who may look?
//
// The saliency can be read from maps of stride 8, 16 or 32. An early layer (stride 8) has small cells and sees edges. A late layer (stride 32) has few large cells and sees whole things. Top row: the saliency. Compare how coarse the three are, and where each one is warm. (The fourth column belongs to the text below the figure.)

// %% tags=["varies"]
const strides = await cs.lookAtChoices(laptop, dataset, samples, {
  'stride 8': { view: { saliencyStride: 8 }, theta: theta },
  'stride 16': { view: { saliencyStride: 16 }, theta: theta },
  'stride 32': { view: { saliencyStride: 32 }, theta: theta },
  'kernel, untrained': { view: { saliency: 'kernel', mask: 'soft', kind: 'keep' } },
});
const strideText = { title: 'The saliency of three layers and of a kernel',
  caption: 'The later the layer, the coarser its map. At 96 pixels stride 32 leaves 3 x 3 cells.' };
const parts: cs.LookPart[] = ['saliency', 'box', 'cut'];
cs.showStatic(cs.choicesFigure(strides, { ...strideText, parts: parts }));
cs.showTable(cs.choicesTable(strides));

// %% [markdown]
// **What we saw.** At stride 8 a few bright edges of the background stretch the box over nearly the whole view: there is nothing left to zoom into. At stride 32 the cells are so large that the same happens. Stride 16 is the default, because there a box zooms in at all. It was chosen on a set of leaves made with another seed, not on the ones you see here.
//
// **Other kinds of saliency.** A transformer (ViT) has no filters that slide, but *attention*: `attention` reads where its class token looks in the last block, `rollout` follows that through all blocks. And `kernel` is **learnt**: a small network weighs each cell's neighbours, in the manner of CARAFE. The sources of CSDNet hint at such a content-aware kernel. Before training it weighs all neighbours alike, so it blurs: that is the fourth column.
//
// A learnt saliency needs a gradient. Here lies a trap. Move the kernel a little: the saliency moves a little. But a hard mask compares it with a threshold, and 0 stays 0 and 1 stays 1. Nothing changes, so the **gradient is zero by construction** and the kernel would never learn. A crop makes it worse: its box jumps or stays. The library refuses such a config, and says what to do. The next cell asks for two things that cannot work, and shows the answers.

// %%
const refused: Parameters<typeof cs.preset>[1][] = [
  { view: { saliency: 'kernel', mask: 'fraction', kind: 'crop' } },
  { view: { saliency: 'attention' } },
];
for (const patch of refused) {
  try {
    cs.checkConfig(cs.preset('laptop', patch));
  } catch (error) {
    console.log(`${error.name}: ${error.message}\n`);
  }
}

// %% [markdown]
// ## 6. Three scores against the truth
//
// Pictures persuade too easily. The drawn leaves come with a ground truth: the pixels where a class differs from its siblings. Three scores compare a saliency with it.
//
// - The **pointing game**: does the cell with the highest saliency lie in the truth? 1 or 0.
// - **IoU** (intersection over union) of mask and truth: cells in both, divided by cells in either. *IoU of both boxes* is the same for the boxes around them.
// - The **energy inside**: the share of all saliency that falls into the truth.
//
// **By hand**, with $A$ of section 2 and a truth in the lower right corner. The highest cell is the centre, which is outside: 0. The mask at $\theta = 0.5$ has two cells, one of them in the truth; four cells are in either: $1/4$.

// %%
const truth = [[0, 0, 0], [0, 0, 1], [0, 1, 1]];
const T = truth.flat();
const peak = flat.indexOf(Math.max(...flat));
const both = byFraction.filter((m, i) => m === 1 && T[i] === 1).length;
const either = byFraction.filter((m, i) => m === 1 || T[i] === 1).length;
const caught = flat.filter((_, i) => T[i] === 1).reduce((sum, v) => sum + v, 0);
const all = flat.reduce((sum, v) => sum + v, 0);
cs.showEqual({
  'pointing game': [T[peak], cs.pointingGame(flat, T)],
  IoU: [both / either, cs.iou(byFraction, T)],
  'energy inside': [caught / all, cs.energyInside(flat, T)],
});

// %% [markdown]
// **On all test images.** The library follows every test image through every saliency and every mask that this network allows. Each blue dot is the mean over the classes, with its 95 % interval. Beside it stand two rivals *of the same area* that do not look at the image: an orange diamond for the middle, a grey cross for a random place.
//
// In the figure, look for a blue dot to the right of its diamond. The table below the figure is its first row, the default, in numbers; its fifth column is the one to read.

// %%
const scores = await cs.localise(laptop, dataset, { split: 'test' });
cs.show(cs.localisationFigure(scores), { save: 'ssdp-localisation', width: 1000 });
cs.showTable(cs.localisationBrief(scores));

// %% [markdown]
// **What we saw.** The default saliency scores a little above a random look in every row, though with so few classes most of these intervals still reach zero. It is *not* better than looking at the middle: no interval of that column lies above zero. It finds the leaf; it does not find what tells the siblings apart. (The one row of the figure that comes out a hair above the middle is the kernel before any training. It is nothing but the same saliency, averaged over the neighbouring cells.) This network was never trained on leaves. In training the saliency comes from the network as it then is; that is not measured here. The command `npm run csdnet -- localise` gives the full table for leaf80, with four times as many classes and narrower intervals. It says the same, more clearly.
//
// ## 7. From the place to the view: six kinds
//
// The mask says where. What the second view *does* with it is the switch `view.kind`:
//
// | `kind` | The second view |
// |---|---|
// | `crop` (default) | the box, zoomed to full size |
// | `keep` | $M x$: the place alone, grey around it |
// | `erase` | $(1-M) x$: all but the place |
// | `shuffle` | the zoomed box, its tiles in a random order |
// | `random` | a second ordinary augmentation, blind to the mask: the **control** |
// | `none` | no second view |
//
// Each has an idea behind it. `crop` shows finer detail. `keep` takes the background away. `erase` forces the network to find *another* telling place. `shuffle` destroys the outline, so that only texture can help. `random` has no idea at all, and also sends two views through the network: it tells what the place is worth.

// %%
const kinds = await cs.lookAtChoices(laptop, dataset, two, {
  crop: { view: { kind: 'crop' }, theta: theta },
  keep: { view: { kind: 'keep' }, theta: theta },
  erase: { view: { kind: 'erase' }, theta: theta },
  shuffle: { view: { kind: 'shuffle', tiles: 2 }, theta: theta },
  random: { view: { kind: 'random' }, theta: theta },
});
const kindText = { title: 'The same leaves, five second views', caption: 'One row an image. ' +
  'All but the last column follow the mask; the last is cut, mirrored and brightened by chance.' };
cs.showStatic(cs.secondViewsFigure(kinds, dataset, kindText), { save: 'ssdp-kinds' });

// %% [markdown]
// ## 8. Live: does the kind of view matter?
//
// Now we train. The network is the preset `tiny`, small and from scratch at 64 pixels. DDL and SSDT are switched off, so that only the second view differs between the rows.
//
// **Change this:** write other kinds into the list (`'keep'`, `'shuffle'`), or another number of epochs, and run the cell again. The stop button keeps what is done.

// %% tags=["varies"]
const patch = { seed: seed, dataset: { name: datasetName }, training: { epochs: 20 } };
const tiny = cs.livePreset(presetName, patch);
const plain = cs.without(cs.without(tiny, 'contrast'), 'distill');
const tried: cs.ViewConfig['kind'][] = ['random', 'crop', 'erase']; // change this
const variants = tried.map((kind) => ({
  name: kind, why: `second view: ${kind}`, config: cs.withView(plain, kind),
}));
const runs = await cs.trainVariants(dataset, variants);
cs.showTable(cs.liveTable(runs));
cs.show(cs.liveBars(runs, { title: 'Live: three kinds of second view' }));

// %% [markdown]
// **What we saw.** One seed, one small network: the order of these rows can change with the seed. Try it. The numbers show that the loop works, not which view is best.
//
// **The stored results.** The real question needs a pretrained network, several seeds and intervals. These runs have DDL and SSDT on, also in the row *a second ordinary view*. They were made once and are kept with the project: grapevine5, photographs of leaves of 5 grapevine cultivars, 5 training images a class, 5 seeds. The first table asks which second view, the second table which saliency. A dot right of the line is better than the default on the same seeds; an interval across the line cannot tell.

// %%
cs.showStored({ table: 'view', results: 'grapevine5', shots: 5 });
cs.showStored({ table: 'saliency', results: 'grapevine5', shots: 5 });

// %% [markdown]
// Now the one comparison that matters most: the control, *a second ordinary view*, against SSDP's crop (`default`). A positive number speaks for the ordinary view.

// %%
const words = [3, 5, 10].map((shots) => {
  const found = cs.storedTable({ table: 'view', results: 'grapevine5', shots: shots });
  const row = found.rows.find(({ name }) => name === 'a second ordinary view');
  const { mean, low, high } = row.toReference;
  const points = (v: number) => (100 * v).toFixed(1);
  return `| ${shots} | ${points(mean)} | ${points(low)} to ${points(high)} |`;
});
cs.say(`| Images a class | Ordinary view minus crop, points | 95 % interval |
|---|---|---|
${words.join('\n')}`);

// %% [markdown]
// ## What we saw
//
// - SSDP is a chain of small steps: feature map, saliency, mask, box, view. Each step is a switch, and you have turned each one.
// - The mask trades zoom against safety. One stray cell stretches the box; a high threshold cuts off what matters.
// - Measured against the truth the saliency scores a little above a random place (most intervals reach zero), and does not beat the middle of the picture. *Adaptive* is not *right*.
// - A learnt saliency needs a soft mask, because behind a hard one its gradient is zero.
// - On photographs the crop cannot be told from a second ordinary view with 3 or 5 images a class; `erase` is worse than the crop with 5. With 10 images the *ordinary* second view is better than the crop, and its interval leaves out zero. All this is true of our reconstruction with untuned weights. It says nothing about the paper's own numbers.
//
// ## Try
//
// Write in place of `undefined`, and run the cell.
//
// **1. The threshold by hand.** In section 2, how many of the nine cells of `A` belong to the mask `fraction` at $\theta = 0.3$?

// %%
const answer1: cs.Answer = undefined;
cs.checkAnswer('ssdp-cells', answer1, { A: A });

// %% [markdown]
// **2. A saliency that knows nothing.** Let $A$ be 1 in all nine cells of section 6. What is its energy inside the truth, as a number between 0 and 1? (This is the bar that a real saliency has to beat.)

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('ssdp-flat', answer2, { truth: truth });

// %% [markdown]
// **3. A kernel that can learn.** In which of these does the learnt saliency get a gradient: `'a'` crop with the mask `fraction`, `'b'` keep with the mask `topk`, `'c'` keep with the mask `soft`? Put your choice into the list `refused` of section 5 and see whether it is refused.

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('ssdp-kernel', answer3);

// %% [markdown]
// **4. A fair comparison.** Somebody trains with `crop` and is 2 points better than without a second view. You want to know whether *looking at the place* did it. With which kind must `crop` be compared: `'none'`, `'erase'` or `'random'`?

// %%
const answer4: cs.Answer = undefined;
cs.checkAnswer('ssdp-control', answer4);

// %% [markdown]
// Onward: [04: the queue](04-ddl-queue.ipynb). There the second view meets a memory.
