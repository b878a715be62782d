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
// # The baseline: a network, a loss, and learning by heart
//
// **The question.** CSDNet adds three modules to an ordinary classifier. What does that classifier do alone, how does it learn, and how does it fail when there are three images of each class?
//
// **The plan.** We follow one image through the network. We compute its loss and the gradient by hand, and the library computes the same. Then we train, with one eye on images that the network has never seen, and watch it learn by heart. At the end we ask what helps: another learning rate, augmentation, or weights from another task. All later notebooks compare with this model, so it is called the **baseline**.
//
// [01: data](01-data.ipynb) explains the dataset, splits and intervals.

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // leaf20, leaf80, or the name or path of a folder of your own
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1; // decides the first weights, the order and the augmentation
let epochs = 40; // how often training goes through all training images

// %% [markdown]
// ## 1. A run is data
//
// Everything that decides a training run stands in one record, its **config**. A *preset* is such a record with a name. `tiny` is the one for notebooks: a small network that starts from random weights, at 64 x 64 pixels. It is the full CSDNet, so we take the modules away: no second view, no contrast with the queue (DDL), no distillation (SSDT). The cell prints what changed.

// %%
const dataset = await cs.openDataset(datasetName);
const full = cs.livePreset(presetName, {
  dataset: { name: datasetName }, training: { epochs: epochs }, seed: seed });
const one = cs.withView(full, 'none');
const baseline = cs.without(cs.without(one, 'contrast'), 'distill');
console.log(cs.recipeDifferences(full, baseline).join('\n'));

// %% [markdown]
// ## 2. From an image to a feature to logits
//
// The network is a **backbone** and a last layer.
//
// - The backbone is a chain of convolutions. Each gives a **feature map**: a grid of cells, each with a list of numbers, one a *channel*. A map of **stride** 8 has one cell for each 8 x 8 pixels of the image.
// - The mean over all cells of the last map is the **feature** $f$: one list of numbers for the whole image.
// - The last layer gives one number for each class, the **logits** $z = fW + b$. The largest logit names the class.
//
// The tables show the sizes, for the network of our preset and for one that was trained before, EfficientNet-Lite0 (with `laptop` they are the same). Follow the second column downwards: the grid shrinks and the channels grow.

// %%
const laptop = cs.preset('laptop', { dataset: { name: datasetName }, seed: seed });
cs.showTable(cs.backboneTable(baseline, dataset.classes));
cs.showTable(cs.backboneTable(laptop, dataset.classes));

// %% [markdown]
// What do the maps hold? We send two test images through EfficientNet-Lite0 and draw, for each cell, the mean over its channels. Orange is where the network found much. Compare the size of the cells with the size of the marks that tell siblings apart.

// %%
const some = cs.pickSamples(dataset, 'test', [0, 1]);
cs.showStatic(cs.mapsFigure(await cs.lookAtMaps(laptop, dataset, some), dataset));

// %% [markdown]
// **What we saw.** The early map still knows where the edges are. The last one has a handful of cells for the whole image, and the feature has none left: it is a mean. A mark that fills a hundredth of the leaf must shine through that mean. This is one reason why siblings are hard. SSDP, in [notebook 03](03-ssdp-views.ipynb), attacks exactly this.
//
// ## 3. The loss: cross-entropy by hand
//
// Logits become probabilities by the **softmax**, and the loss compares them with a target $t$:
//
// $$p_c = \frac{e^{z_c}}{\sum_k e^{z_k}}, \qquad L_\text{cls} = -\sum_c t_c \ln p_c$$
//
// Usually $t$ is 1 for the true class and 0 elsewhere. **Label smoothing** $\varepsilon$ takes a little from it and spreads it over all $C$ classes: $t_c = (1-\varepsilon)\,[c = y] + \varepsilon / C$. Here $y$ is the true class, and $[\ldots]$ is 1 where the condition holds, else 0. The network is then never asked to be infinitely sure.
//
// Two images, three classes, true classes 0 and 2. Each row of `z` is an image. The unit of the loss is the *nat*, because the logarithm is the natural one.

// %%
const z = [[2, 1, 0], [0.5, 0.5, 0]];
const y = [0, 2];
const softmax = (row: number[]) => {
  const powers = row.map(Math.exp);
  return powers.map((v) => v / powers.reduce((a, b) => a + b, 0));
};
const targetOf = (label: number, eps: number) =>
  [0, 1, 2].map((c) => (1 - eps) * (c === label ? 1 : 0) + eps / 3);
const lossOf = (row: number[], t: number[]) =>
  -softmax(row).reduce((sum, p, c) => sum + t[c] * Math.log(p), 0);
const plain = z.map((row, i) => lossOf(row, targetOf(y[i], 0)));
const smooth = z.map((row, i) => lossOf(row, targetOf(y[i], 0.1)));
console.log('no smoothing: ', plain.map((v) => v.toFixed(4)).join(', '));
console.log('smoothing 0.1:', smooth.map((v) => v.toFixed(4)).join(', '));

// %% [markdown]
// **The gradient by hand.** To learn, we must know how the loss changes with each logit. For softmax and cross-entropy the answer is short:
//
// $$\frac{\partial L_\text{cls}}{\partial z_c} = p_c - t_c$$
//
// *prediction minus target*. Why believe it? A gradient says how much the loss moves when one logit is nudged by a small $h$. So nudge each logit up and down, and divide the change of the loss by $2h$. The last line of the table does that. `cs.showEqual` stops with an error where two numbers differ.

// %%
const gradient = (row: number[], t: number[]) => softmax(row).map((p, c) => p - t[c]);
const h = 1e-4;
const moved = (row: number[], c: number, by: number) => row.map((v, k) => (k === c ? v + by : v));
const nudged = (row: number[], t: number[]) => row.map((_, c) =>
  (lossOf(moved(row, c, h), t) - lossOf(moved(row, c, -h), t)) / (2 * h));
const targets = y.map((label) => targetOf(label, 0.1));
const byLib = cs.classifyGradient(z, y, 0.1);
cs.showEqual({
  'loss, no smoothing': [plain, cs.classifyLoss(z, y)],
  'loss, smoothing 0.1': [smooth, cs.classifyLoss(z, y, 0.1)],
  'gradient, image 1': [gradient(z[0], targets[0]), byLib[0]],
  'gradient, image 2': [gradient(z[1], targets[1]), byLib[1]],
  'nudged logits, image 1': [nudged(z[0], targets[0]), byLib[0]],
});

// %% [markdown]
// **What it does.** A step of training moves each logit *against* its gradient. The figure shows one image. Change `logits`, `label` or `smoothing` and run the cell again: make the logit of the true class 8, once with `smoothing = 0` and once with 0.1. Which way is that logit pushed each time?

// %%
const logits = [2, 1, 0];
const label = 0;
const smoothing = 0.1;
cs.show(cs.pullFigure(logits, label, { smoothing: smoothing }), { save: 'baseline-pull' });

// %% [markdown]
// **What we saw.** The gradient is zero where the prediction *is* the target. Without smoothing that never happens: the target is 1, and a softmax only comes near it: the push gets tiny but never turns round. With smoothing, a network that is too sure is pushed back. So a network that already names every training image rightly is still pushed to be surer, and it has nothing left to become surer with than details of those images. Keep this in mind for section 5.
//
// ## 4. Augmentation: three images are not always the same three images
//
// Each epoch shows every image once. It would be the same pixels each time. **Augmentation** changes them at random in ways that do not change the class: a crop, a mirror image, another brightness. One row a training image: left as it is on disk, then as five epochs would show it.

// %%
const two = cs.pickSamples(dataset, 'train', [0, 5 % dataset.classes]);
cs.showStatic(await cs.augmentFigure(dataset, two, baseline));

// %% [markdown]
// **What we saw.** The crops differ more from each other than siblings do. And look closely: a crop can cut off the very mark that tells the class. Augmentation helps against learning by heart; it is not free.
//
// ## 5. Training, and overfitting seen
//
// Now train. `cs.trainWatched` trains as all runs here do, and after every second epoch it also scores the weights on the whole training images and on the test images. The run itself does not look at these numbers.
//
// The bar shows the time left. The stop button (the square in the toolbar) ends the run and keeps what is done.

// %% tags=["varies"]
const run = await cs.trainWatched(dataset, baseline, { every: 2 });

// %% [markdown]
// Two figures. Left: accuracy on training and on test images. Right: the negative log-likelihood, which is the cross-entropy without smoothing: low means *right and sure*, high means *wrong and sure*. Guessing earns $\ln C$ there. Look for the epoch from which the two lines part. Below: the final accuracy beside what guessing earns.

// %% tags=["varies"]
cs.show(cs.watchedFigure(run), { save: 'baseline-overfitting' });
cs.show(cs.chanceFigure(run));
const end = run.watched[run.watched.length - 1];
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const least = Math.min(...run.watched.map(({ test }) => test.nll));
cs.say(`After epoch ${end.epoch}, **${percent(end.train.top1)}** of the training images and `
  + `**${percent(end.test.top1)}** of the ${end.test.images} test images are right. The test NLL `
  + `was ${least.toFixed(2)} at its best and is ${end.test.nll.toFixed(2)} now; `
  + `guessing is ln ${dataset.classes} = ${Math.log(dataset.classes).toFixed(2)}.`);

// %% [markdown]
// **What we saw.** The training line climbs towards 100 %, the test line stops far below. That gap is **overfitting**: the network has learned *these* images, not their classes. It is no programming error. With three images of a class there are many rules that explain all three, and the background is one of them. Compare the NLL with that of guessing as well: a network can name the right class far more often than guessing does and still score no better there, because it is *sure of its mistakes*.
//
// **One logit by hand.** Nothing is hidden in the network. Take the feature $f$ of the first test image and the weights of the last layer, and compute $z = fW + b$ yourself.

// %% tags=["varies"]
const { weights, bias } = cs.headOf(run.model);
const f = Array.from(run.outputs.features.slice(0, run.outputs.featureSize));
const zByHand = bias.map((b, c) => f.reduce((sum, value, k) => sum + value * weights[k][c], b));
const zFromLib = Array.from(run.outputs.logits.slice(0, dataset.classes));
cs.showEqual({ 'the first five logits': [zByHand.slice(0, 5), zFromLib.slice(0, 5)] });
const named = zByHand.indexOf(Math.max(...zByHand));
cs.say(`The largest of the ${dataset.classes} logits names **${dataset.classNames[named]}**; `
  + `the leaf is **${dataset.classNames[run.labels[0]]}**.`);

// %% [markdown]
// ## 6. Why we report the last epoch and not the best
//
// The test line goes up and down. It is tempting to report its highest point. But we would choose that epoch *because of these test images*, and part of its height is their luck.
//
// How much? Split the test images into two random halves. Choose the best epoch by one half. Then score that very epoch on the other half. We do this 200 times. Compare the first row, which is what such a paper would report, with the second.

// %% tags=["varies"]
const choice = cs.epochChoice(run, { draws: 200, seed: seed });
cs.show(cs.spreadFigure(choice.rows, { title: 'Choosing an epoch by the test',
  xTitle: 'Test accuracy (%)', caption: 'Each point is one split of the test images in two halves.',
}), { save: 'baseline-best-epoch' });
cs.say(`Best epoch on all test images: epoch ${choice.bestEpoch} with **${percent(choice.best)}**; `
  + `the last has ${percent(choice.last)}. Chosen by one half, the best epoch has `
  + `${percent(choice.onChosen)} there and only **${percent(choice.onOther)}** on the other half: `
  + `the choice flatters by ${(100 * (choice.onChosen - choice.onOther)).toFixed(1)} points.`);

// %% [markdown]
// **What we saw.** The chosen epoch keeps little or nothing of its advantage on images that did not choose it; compare the second row with the third, the last epoch. So all results of this project are of the last epoch, and test images choose nothing: no epoch, no learning rate, no module.
//
// ## 7. What helps? Rate, length, augmentation
//
// All lines run half of `epochs`. The first is the baseline; each other line changes one thing. The **learning rate** is the size of a step. *Augmentation off* shows the same pixels each epoch. **Change a line, or add your own, and run the cell again.**

// %% tags=["varies"]
const short = cs.merge(baseline, { training: { epochs: Math.ceil(epochs / 2) } });
const change = (name: string, patch: cs.Patch<cs.Config>) =>
  ({ name: name, why: name, config: cs.merge(short, patch) });
const rate = baseline.optimizer.rate;
const low = Number((0.03 * rate).toPrecision(1));
const variants = [
  change(`rate ${rate}`, {}),
  change(`rate ${low}`, { optimizer: { rate: low } }),
  change('a quarter of the epochs', { training: { epochs: Math.ceil(epochs / 8) } }),
  change('augmentation off', { augment: { cropArea: [1, 1], flip: false, brightness: 0 } }),
];
const runs = await cs.trainVariants(dataset, variants);
cs.showTable(cs.liveTable(runs));
cs.show(cs.liveBars(runs, { title: 'The baseline with one thing changed' }));

// %% [markdown]
// **What we saw.** Compare the two accuracy columns of the table. Too small a rate or too few epochs, and the network has not even learned the training images: that is **underfitting**. Without augmentation it knows them by heart soonest. Whether that hurts on the test, one run cannot say: the intervals of [notebook 01](01-data.ipynb) are wider than most gaps here. (And we must not choose among these by the test.)
//
// ## 8. Weights from another task
//
// A network that starts from random weights has to learn what an edge is from a few dozen leaves. EfficientNet-Lite0 learned that from a million photographs. We take its feature $f$ as it is, *frozen*, and train only the last layer: a **linear probe**. It is 30 steps of gradient descent with the gradient from section 3, in plain loops.

// %% tags=["varies"]
const splits = ['train', run.split];
const [seen, unseen] = await Promise.all(
  splits.map((split) => cs.describeByNetwork(dataset, laptop, split)));
const families = cs.familiesOf(dataset);
const probe = cs.linearProbe(seen, unseen, { steps: 30 });
const of = (predictions: readonly number[]) =>
  cs.classAndFamily(predictions, unseen.labels, families);
const n = unseen.labels.length;
cs.show(cs.accuracyBars([
  { name: 'guessing', shares: cs.guessedShares(dataset.classes, families), images: 0 },
  { name: `${presetName}, trained above`, shares: of(run.evaluation.predictions), images: n },
  { name: 'ImageNet feature, linear probe', shares: of(probe), images: n },
], cs.classAndFamilyWords(`Where the first weights come from (${n} test images)`, families)));

// %% [markdown]
// **The full result.** On real photographs, with whole networks trained and five seeds: `convnet` is the small network from random weights, `default` is EfficientNet-Lite0 from ImageNet. Both are the *full* CSDNet here, not the baseline; the difference that the backbone makes is what we look at.

// %%
cs.showStored({ table: 'backbone', results: 'grapevine5', shots: 5 });

// %% [markdown]
// **What we saw.** The pretrained network does far better than the small one. Its size and its first weights both changed, so this table cannot separate the two. Look at the interval of the difference before you believe it.
//
// ## 9. Which mistakes?
//
// One number hides which classes are confused. Count the errors of the network of section 5 that stay within the family, and list the pairs that are confused most often.

// %% tags=["varies-wholly"]
const predictions = run.evaluation.predictions;
const counts = cs.confusionCounts(predictions, run.labels, dataset.classes);
const nameOf = (c: number) => dataset.classNames[c];
console.log(cs.mostConfused(counts, 5).map(({ trueClass, predicted, count }) =>
  `${nameOf(trueClass)} called ${nameOf(predicted)}: ${count} times`).join('\n'));
const wrong = families && cs.familyErrors(counts, families);
cs.say(wrong ? `Of ${wrong.errors} errors, ${wrong.within} name a sibling `
  + `(**${percent(wrong.share!)}**). Errors at random would do so in `
  + `${percent(wrong.even!)}.`
  : 'This dataset does not say which classes are siblings.');

// %% [markdown]
// Most confused pairs, with their images side by side, are the subject of [notebook 08](08-errors.ipynb).
//
// ## What we saw
//
// - A backbone turns an image into maps, a feature and logits. The maps lose place on the way, and small marks with it.
// - The gradient of cross-entropy is prediction minus target. It never rests without label smoothing.
// - With few images the network learns them by heart: training accuracy says nothing about test accuracy.
// - Choosing an epoch by the test flatters. We report the last one.
// - A larger network with weights from ImageNet did far better than the small one. The short runs of this page show how training works, not how good a method is.
//
// ## Try
//
// Write your answer in place of `undefined`, and run the cell.
//
// **1. Knowing nothing.** All logits of an image are equal. What is its cross-entropy in nats, without smoothing, for the classes of this dataset?

// %%
const answer1: cs.Answer = undefined;
cs.checkAnswer('baseline-even-loss', answer1, { classes: dataset.classes });

// %% [markdown]
// **2. The pull.** Logits 1, 0, 0, true class 0, no smoothing. What is the gradient by the first logit? Use the functions of section 3, or a pencil.

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('baseline-pull', answer2, { logits: [1, 0, 0], label: 0 });

// %% [markdown]
// **3. The best epoch.** You want to stop training at a good epoch, honestly. What may choose it: the `'test'` accuracy, the `'train'` accuracy, images set aside from the training images (`'validation'`), or the `'average'` of the last five test accuracies?

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('baseline-best-epoch', answer3);

// %% [markdown]
// **Onward.** The baseline sees the whole leaf and learns it by heart. What if it looked at the telling places a second time? [03: SSDP and its views](03-ssdp-views.ipynb).
