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
// # The map: what CSDNet is, and what its three modules do
//
// **The question.** You have trained an image classifier once. You know images, labels, logits, softmax and cross-entropy. What does CSDNet add to that?
//
// **The plan.** We look at the task first. Then we take the three modules one by one. Each time you meet a claim, an equation, and numbers small enough to check by hand. The library computes the same numbers, and then real images. At the end you train a small model in this page and see what it learned.
//
// Run the cells from top to bottom: *Run*, then *Run All Cells*. It takes less than a minute. Later you can change a value in a cell and run that cell again: that is what this page is for.

// %% [markdown]
// ## 1. The task: classes that look alike, and few images of each
//
// Telling cats from dogs is *ordinary* recognition. Telling dog breeds apart is *fine-grained*. Telling **cultivars** of one plant apart is *ultra-fine-grained*: the classes are siblings, and even an expert has to look closely.
//
// Two things make it hard. The classes differ in a few small places. And there are few photographs: the benchmark set Cotton80 has 80 classes with 3 training images each.
//
// The photographs of that benchmark may not be shipped with this project. So we use leaves drawn by a program. The set `leaf20` has 20 cultivars in 5 families of 4 siblings. A drawn set has one great advantage: we know exactly where the siblings differ.
//
// First, what this page may be asked to do with: another dataset, another seed (the number that decides everything random).

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // leaf20, leaf80, or a folder in the published layout
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1;

// %% [markdown]
// The next cell loads the dataset. The first time it draws the leaves, which takes up to a minute.

// %%
const dataset = await cs.openDataset(datasetName);
cs.showTable(cs.datasetTable(dataset));

// %% [markdown]
// Here is one family: four classes, three training images of each. These twelve pictures are *all* that a model gets to see of them.
//
// Before you read on, try it yourself: what sets the four rows apart?

// %%
cs.showStatic(await cs.familyFigure(dataset, { classes: [0, 1, 2, 3] }));

// %% [markdown]
// Now the answer. Orange marks the places where a class differs from its siblings. The words beside each row say how.
//
// Backgrounds, light, angle and insect holes change from picture to picture and mean nothing. A model that has seen three pictures of a class may well learn the background instead.

// %%
cs.showStatic(await cs.familyFigure(dataset, { classes: [0, 1, 2, 3], masks: true }));

// %% [markdown]
// ## 2. CSDNet on one page
//
// **The claim** (Fang, Jiang, Tang and Li, arXiv 2311.06056): when images are few, let the images teach the network *more than their labels*. CSDNet does so at three levels.
//
// | Module | Full name | Level | What it does |
// |---|---|---|---|
// | **SSDP** | Subcategory-Specific Discrepancy Parsing | the image | makes a second view that spotlights the telling places |
// | **DDL** | Dynamic Discrepancy Learning | the feature | compares features with a memory of past ones |
// | **SSDT** | Subcategory-Specific Discrepancy Transfer | the logits | lets one view's prediction teach the other's |
//
// ```
//  image --> raw view x  --> network --> feature f  --> logits z  --> cross-entropy with the label
//               |               |            |             ^
//               |  SSDP: box <--+            | DDL:        | SSDT: z' teaches z
//               v  from saliency             v queue       |
//            view x'     --> network --> feature f' --> logits z' --> cross-entropy with the label
// ```
//
// The three parts meet in one sum, with two weights $\alpha$ and $\beta$:
//
// $$L = L_\text{cls} + \alpha \, L_\text{DDL} + \beta \, L_\text{SSDT}$$
//
// When training is over, all of it is thrown away but the network: a new image is classified from its raw view alone.
//
// **What is the paper's and what is ours.** The paper's abstract states the three modules, their levels, the adaptive second view, the memory queue with a contrastive loss, and the distillation between raw and augmented view. Later papers report the sum above, a margin, a queue length, and the raw view at inference. **The body of the paper was not at hand, and no official code is known.** So every formula below is our reconstruction. Each choice is a named switch that can be changed.

// %% [markdown]
// ## 3. SSDP: a second view of the telling places
//
// **Claim.** A network's own feature map says where it found something. Cut that place out of the large original image and you get a second view, with details that the small raw view has lost.
//
// **Equations.** The feature map $F$ has $h \times w$ cells and $c$ channels. From it come the *saliency* $A$, the *mask* $M$ and the *box*:
//
// $$A = \frac{1}{c}\sum_{k=1}^{c} \max(0, F_k) \ \text{ scaled to } [0,1], \qquad M = [\,A > \theta \cdot \max A\,]$$
//
// Square brackets around a condition mean: 1 where it holds, 0 where not.
//
// The box is the smallest rectangle around $M$, with a margin of 10 % on each side. $\theta$ is a threshold between 0 and 1. What the box shows is the second view.
//
// **By hand.** A map of 4 x 4 cells. Which cells are above half of the maximum, and what is the box (top, left, bottom, right) around them, before the margin? Bottom and right are the first row and column outside.

// %%
const A = [
  [0.1, 0.2, 0.1, 0.0],
  [0.1, 0.6, 1.0, 0.2],
  [0.0, 0.3, 0.7, 0.1],
  [0.0, 0.1, 0.1, 0.0],
];
const theta = 0.5;
const threshold = theta * Math.max(...A.flat());
const mask = A.map((row) => row.map((a) => (a > threshold ? 1 : 0)));
const rows = [0, 1, 2, 3].filter((y) => mask[y].includes(1));
const columns = [0, 1, 2, 3].filter((x) => mask.some((row) => row[x] === 1));
const box = [rows[0], columns[0], rows[rows.length - 1] + 1, columns[columns.length - 1] + 1];
console.log({ threshold, mask, box });

// %% [markdown]
// **The same from the library.** `cs.showEqual` stops with an error if the two columns differ.

// %%
const found = cs.maskAndBox(A, theta);
cs.showEqual({ mask: [mask.flat(), found.mask.flat()], box: [box, found.box] });

// %% [markdown]
// **On real leaves.** The network is EfficientNet-Lite0 with its ImageNet weights. It has never seen a cultivar label. The saliency is read where one cell stands for 16 x 16 pixels (`saliencyStride: 16`), and smoothly drawn on a grid twice as fine. We send one test image of every class through, and look at three of them. Each row is one image; follow it from left to right.
//
// Is the box in the right place? Because the leaves are drawn, we can measure it. The table below the pictures tells how large the box is, and how much of the true difference lies inside.

// %% tags=["varies"]
const laptop = cs.preset('laptop', { view: { saliencyStride: 16 } });
const samples = cs.pickSamples(dataset, 'test', dataset.classNames.map((_, c) => c));
const looks = await cs.lookAtViews(laptop, dataset, samples, { theta: theta });
const shown = [looks[0], looks[5], looks[10]];
cs.showStatic(cs.viewsFigure(shown, dataset));
cs.showTable(cs.viewsTable(shown, dataset, looks));

// %% [markdown]
// **What we saw.** Look at the last row, the mean over all classes. Where the second number is larger than the first, the box does better than a box thrown at random: it zooms in and keeps most of what tells the class. But it does not keep all of it. The saliency answers the question "where is something?", not "where do the siblings differ?", and now and then it likes an empty corner. *Adaptive* is not yet *right*.

// %% [markdown]
// ## 4. DDL: a memory of features
//
// **Claim.** With three images a class, many images of a batch meet no other of their class. So there is little to pull together. A *queue* of features from earlier batches gives every image many partners.
//
// **Equation.** All features have length 1, so the product $s_{ij} = f_i \cdot q_j$ is a cosine: 1 means the same direction. Image $i$ meets every row $j$ of the queue $Q$:
//
// $$L_i = \frac{1}{|Q|} \sum_{j} \begin{cases} 1 - s_{ij} & \text{same class: pull together} \\ \max(0,\ s_{ij} - \xi) & \text{other class: push apart, until below the margin } \xi \end{cases}$$
//
// After the step, the batch enters the queue and the oldest rows leave.
//
// **By hand.** Four images, three rows in the queue. Take the first image, $f = (1, 0, 0)$ of class 0. Row 1 is of class 1 and $s = 0$: it costs nothing. Row 2 is of class 0 and $s = 1$: nothing. Row 3 is of class 0 and $s = 0$: it costs 1. The sum is divided by 3.

// %%
const F = [[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0], [0, 0, 1]];
const y = [0, 0, 1, 1];
const Q = [[0, 1, 0], [1, 0, 0], [0, 0.6, 0.8]];
const yQ = [1, 0, 0];
const xi = 0.4;
const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const dot = (a: number[], b: number[]) => a.reduce((sum, v, k) => sum + v * b[k], 0);
const cost = (same: boolean, s: number) => (same ? 1 - s : Math.max(0, s - xi));
const each = F.map((f, i) => average(Q.map((q, j) => cost(y[i] === yQ[j], dot(f, q)))));
console.log('each image:', each.map((v) => v.toFixed(5)).join('  '));
console.log('mean:', average(each).toFixed(5));

// %% [markdown]
// **The same from the library.** This is the very function that training calls.

// %%
const lib = cs.contrastLoss({ features: F, labels: y }, { features: Q, labels: yQ }, xi);
cs.showEqual({ 'each image': [each, lib], mean: [average(each), average(lib)] });

// %% [markdown]
// **On real leaves.** We fill a queue with the training images of 12 classes and compare one test image of each class with every row. The network is again the ImageNet one, so this is the picture *before* training.
//
// Point at a cell to read its pair and its cosine.

// %% tags=["varies"]
const classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const imagenet = await cs.lookAtQueue(laptop, dataset, { classes: classes, anchors: 'test' });
cs.show(cs.queueFigure(imagenet, dataset, { margin: xi }));
cs.showTable(cs.queueTable(imagenet, { margin: xi }));

// %% [markdown]
// **What we saw.** DDL would like the framed cells dark red and all others grey. Before training that is far off: a network that knows only ImageNet puts nearly all leaves in one corner of its feature space, whatever their class. The table says how many pairs of different classes lie above the margin. Each of them is a push.

// %% [markdown]
// ## 5. SSDT: one view teaches the other
//
// **Claim.** A label says "class 3" and no more. A prediction says more: "class 3, a little like class 1, not at all like class 9". If the spotlight view sees better, its whole prediction is a good lesson for the raw view. No new label is needed.
//
// **Equation.** Logits are divided by a temperature $T$ before the softmax. The teacher is $p$, made from $z'$; the student is $q$, made from $z$. The loss is the Kullback-Leibler divergence, which is 0 only where both agree:
//
// $$L_\text{SSDT} = T^2 \sum_c p_c \ln\frac{p_c}{q_c}, \qquad p = \text{softmax}(z'/T), \quad q = \text{softmax}(z/T)$$
//
// $T^2$ keeps the gradient at about the same size when $T$ is large. The teacher is held fixed; only the student moves.
//
// **By hand.** Two images, three classes, $T = 4$.

// %%
const z = [[2, 1, 0], [0, 0, 3]]; // student: the raw view
const w = [[1, 1, 1], [0, 1, 2]]; // teacher: the augmented view
const T = 4;
const share = (values: number[]) => values.map((v) => v / values.reduce((a, b) => a + b, 0));
const soften = (logits: number[]) => share(logits.map((v) => Math.exp(v / T)));
const kl = (p: number[], q: number[]) => p.reduce((sum, v, c) => sum + v * Math.log(v / q[c]), 0);
const lessons = w.map((teacher, i) => T ** 2 * kl(soften(teacher), soften(z[i])));
console.log('each image:', lessons.map((v) => v.toFixed(5)).join('  '));
console.log('mean:', average(lessons).toFixed(5));

// %% [markdown]
// **The same from the library.**

// %%
const libKl = cs.distillLoss(w, z, T);
cs.showEqual({ 'each image': [lessons, libKl], mean: [average(lessons), average(libKl)] });

// %% [markdown]
// **What the temperature does.** The second image again, as bars. At $T = 1$ the largest logit takes most. At $T = 4$ the other classes are heard as well.

// %%
const three = ['class 0', 'class 1', 'class 2'];
cs.show(cs.softFigure(z[1], w[1], { temperatures: [1, T], names: three }));

// %% [markdown]
// ## 6. All three together, live
//
// A run is *data*: one record decides everything about it, and a preset is such a record. Here we take the preset `tiny`, a small network that starts from nothing at 64 pixels, and set a few fields of our own. (`livePreset` lets `tiny` learn faster than its default, since a cell waits for few epochs.)
//
// The bar shows the time left. The stop button (the square in the toolbar) ends the run after the current step and keeps the last whole epoch.

// %% tags=["varies"]
const config = cs.livePreset(presetName, {
  seed: seed,
  dataset: { name: datasetName },
  training: { epochs: 40 },
});
const run = await cs.trainLive(dataset, config);

// %% [markdown]
// **What came of it.** The curves of the run, and its accuracy on test images that it has never seen. The grey bars are what guessing earns.

// %% tags=["varies"]
cs.show(cs.liveCurves(run), { save: 'map-curves' });
cs.show(cs.chanceFigure(run), { save: 'map-chance' });

// %% [markdown]
// **What we saw.** All terms fall, or rise and fall because $\alpha$ and $\beta$ grow from 0 during the first steps. The accuracy on *training* images climbs far above that on *test* images: with three images a class, learning by heart is easy and understanding is not. This network is small and starts from nothing. Its accuracy shows that the loop works, and nothing about how good CSDNet is.
//
// **A map of the features.** Each test image has a feature of 128 numbers. UMAP places them in the plane so that near features stay near. The first family is in colour, all other images are grey. Point at a dot to read its class; draw a rectangle to zoom; click twice to return.

// %% tags=["varies"]
const points = run.labels.map((label) => ({ label, hover: dataset.classNames[label] }));
const map = cs.featureMap(run.outputs.features, run.outputs.featureSize, points);
const style = { names: dataset.classNames, highlight: [0, 1, 2, 3], run: run.id };
cs.show(cs.embeddingScatter(map, { ...style, title: 'Features of the test images' }));

// %% [markdown]
// **What we saw.** The siblings share their corners of the map: the network sees families sooner than it sees cultivars. That is what makes the task ultra-fine-grained.
//
// ## 7. What does each module add? The table
//
// One run of a tiny network proves nothing. The real question needs a better network, several seeds, and a fair *control*: a model that gets two ordinary views, so the same work, but none of the paper's ideas. That is an **ablation**. (A row with SSDT but without SSDP gets an ordinary second view as well; *baseline* and *DDL* alone have one view, so read *DDL* against *baseline* too; with so many comparisons one interval may miss zero by chance.)
//
// The next cell reads one that was run for you: photographs of grapevine leaves, 5 cultivars, 5 training images each, 5 seeds. Look at the column *Difference to two views (control)*. Its brackets hold a 95 % interval. Where they reach across zero, the runs do not show that the module helps. The sentence under the figure counts how many rows can be told from the control.

// %%
const query: cs.StoredQuery = { table: 'modules', results: 'grapevine5', shots: 5 };
cs.showStored(query);
const compared = cs.storedTable(query)!.rows.filter((row) => row.toControl !== null);
const better = compared.filter((row) => row.toControl!.low! > 0).length;
const worse = compared.filter((row) => row.toControl!.high! < 0).length;
const open = compared.length - better - worse;
cs.say(`Of **${compared.length}** rows, **${better}** are better than the control with their
whole interval, **${worse}** are worse, and **${open}** cannot be told from it.`);

// %% [markdown]
// You can make such a table yourself, on the drawn leaves, with one command in a terminal: `npm run reproduce`. Notebook 06 reads all of them.
//
// ## What we saw
//
// - Ultra-fine-grained classes differ in a few small places, and there are few images to learn them from.
// - **SSDP** finds the leaf without being told, mostly. It does not find the difference by itself.
// - **DDL** is a few products and a maximum. By hand and from the library the numbers are equal.
// - **SSDT** compares two predictions. The temperature decides how much of them is heard.
// - The three together train in seconds, and a tiny network learns more than guessing and less than we want.
// - Whether a module helps is a question for the table above, with its intervals: where an interval of differences reaches across zero, the runs do not show that the module helps. This is our reconstruction, on a few photographs of grapevine leaves; it proves nothing about the paper's own numbers.
//
// ## Try
//
// Answer in the cell below each question: write in place of `undefined`, and run the cell.
//
// **1. The threshold.** In section 3, change `theta` to `0.8` and run the cells of that section again. Compared with before, the boxes are: `'smaller'`, `'larger'` or the `'same'`?

// %%
const answer1: cs.Answer = undefined;
cs.checkAnswer('map-theta', answer1);

// %% [markdown]
// **2. The margin.** In section 4, change `xi` to `0` and run the cell of the hand-made numbers again. What is the mean cost now? (Then set it back.)

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('map-margin', answer2, { F: F, y: y, Q: Q, yQ: yQ });

// %% [markdown]
// **3. The cost.** A trained network meets a new image. Which of the modules must still be computed: `'SSDP'`, `'DDL'`, `'SSDT'`, `'all'` or `'none'`?

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('map-inference', answer3);

// %% [markdown]
// **The path.**
//
// | Notebook | Its question |
// |---|---|
// | [01-data](01-data.ipynb) | What differs between siblings, and why is accuracy on three images a class noisy? |
// | [02-baseline](02-baseline.ipynb) | What does a plain classifier learn, and what does it learn by heart? |
// | [03-ssdp-views](03-ssdp-views.ipynb) | How does SSDP find a place, and is it the right one? |
// | [04-ddl-queue](04-ddl-queue.ipynb) | What is in the memory, and what does the contrast do with it? |
// | [05-ssdt-distillation](05-ssdt-distillation.ipynb) | What does one view teach the other? |
// | [06-ablations](06-ablations.ipynb) | Which module helps, and how sure can we be? |
// | [07-queue-atlas](07-queue-atlas.ipynb) | How do the features move while the network trains? |
// | [08-errors](08-errors.ipynb) | Which classes are taken for each other, and why? |
// | [09-your-data](09-your-data.ipynb) | How do I do all this with images of my own? |
//
// Onward: [01: the data](01-data.ipynb).
