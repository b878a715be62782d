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
// # Data: siblings, few images, and how far a number can be trusted
//
// **The question.** [The map](00-map.ipynb) said that ultra-fine-grained classes are hard because siblings look alike and images are few. How alike, how few, and what does that do to every number you will read in this course?
//
// **The plan.** First we look at the images: what is the same, and what differs? Then we put numbers on it with two classifiers so simple that they run in milliseconds. Then we turn to the measuring itself: what a *split* is, which data the reader refuses, and why an accuracy from three images a class is noisy. At the end you can compare two models without fooling yourself.
//
// The cell below holds the *parameters* of this notebook. Change a value, then run all cells again: *Run*, then *Run All Cells*.

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // leaf20, leaf80, or the name or path of a folder of your own
let presetName: cs.PresetName = 'laptop'; // whose network describes the images
let seed = 1; // decides every random draw below
let draws = 40; // how often we draw new training images
let imagesPerClass = 3; // training images of each class in a draw

// %% [markdown]
// ## 1. How few images there are
//
// A **dataset** here is a folder with images and lists of names: which image belongs to which class, and which list it is in. Each list is a **split**. *Training* images are shown to a model while it learns. *Test* images are kept away from it and tell us how well it learned.
//
// `leaf20` and `leaf80` are drawn by a program, and come with the project. In place of the name you can give a folder of your own, as long as it has the layout of section 4. The notebook [09](09-your-data.ipynb) does that step by step.
//
// The first table shows the dataset that you chose. The second one sets it beside the datasets of the field. None of these can be shipped with this project; only their counts are here. Look at the last column.

// %%
const dataset = await cs.openDataset(datasetName);
cs.showTable(cs.datasetTable(dataset));
cs.showTable(cs.publishedTable(dataset));

// %% [markdown]
// **What we saw.** Ordinary fine-grained sets give a network some thirty to a hundred images of each class. Cotton80 and the Soy sets give it three to twelve. A network with millions of weights can learn three images by heart without having understood anything.
//
// ## 2. What differs, and what does not
//
// The classes of a drawn set come in **families**. All classes of one family share the shape of the leaf; we call them **siblings**. One image of each class follows, one row a family. Look along a row, then down a column: which differences are larger?

// %%
const families = cs.familiesOf(dataset);
cs.showStatic(await cs.familiesFigure(dataset));

// %% [markdown]
// **What we saw.** Down a column the outline of the leaf changes at once. Along a row you see light, angle, holes and background change. Those are **nuisances**: they differ from picture to picture and tell nothing about the class.
//
// What does tell the class is a **trait**: a small mark that some or all of its siblings do not have. The program that drew the leaves wrote the traits down. Read them for one family, then find them in the pictures. Orange marks the place. To see another family, change `family` and run the cell again.

// %%
const family = 1; // the first family is 0
const siblings = cs.classesByFamily(dataset)[family] ?? cs.classesByFamily(dataset)[0];
cs.showTable(cs.traitTable(dataset, siblings.slice(0, 4)));
cs.showStatic(await cs.familyFigure(dataset, { classes: siblings.slice(0, 4), masks: true }));

// %% [markdown]
// How small are these places? Each test image of a drawn set has a **mask**: a second picture that is white where the class differs from its siblings. We take the mean over all masks.

// %%
const telling = await cs.tellingShare(dataset);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
cs.say(telling === undefined
  ? 'This dataset has no masks, so the share cannot be measured.'
  : `On average **${percent(telling)}** of a picture tells its class. The other `
    + `**${percent(1 - telling)}** is the same for all siblings, or a nuisance.`);

// %% [markdown]
// ## 3. The same in numbers
//
// Pictures can deceive. So let us ask a classifier. We take the simplest one there is, and first a description as simple: **seven numbers** for each image. They are the mean of red, green and blue, the spread of each (its standard deviation), and the *leaf area*, the share of pixels that are green.
//
// **By hand.** A picture of four pixels, each with red, green and blue from 0 to 255. A pixel counts as green if its green lies more than 12 steps above its red and its blue.

// %%
const pixels = [[40, 120, 40], [60, 140, 60], [200, 200, 200], [180, 180, 180]];
const red = pixels.map((pixel) => pixel[0] / 255);
const meanRed = red.reduce((sum, v) => sum + v, 0) / 4;
const spreadRed = Math.sqrt(red.reduce((sum, v) => sum + (v - meanRed) ** 2, 0) / 4);
const area = pixels.filter(([r, g, b]) => g - Math.max(r, b) > 12).length / 4;
const seven = cs.colourNumbers(pixels.flat());
cs.showEqual({
  'mean red': [meanRed, seven[0]],
  'spread of red': [spreadRed, seven[3]],
  'leaf area': [area, seven[6]],
});

// %% [markdown]
// **The classifier.** *Nearest centroid*: the centroid $m_c$ of class $c$ is the mean of its training rows. A test image $x$ goes to the class whose centroid is nearest:
//
// $$\hat y = \arg\min_c \lVert x - m_c \rVert^2$$
//
// Before that each number is scaled to mean 0 and standard deviation 1 over the training images, so that each counts alike.
//
// **Two descriptions.** The seven numbers, and the 1,280 numbers that a network called EfficientNet-Lite0 finds in an image. It was trained on ImageNet, a large set of everyday photographs, and never saw our classes. [The next notebook](02-baseline.ipynb) says what such numbers are.
//
// The figure shows how often the *class* is named rightly, and how often at least the *family*. Grey is what guessing earns. The thin lines are explained in section 5.

// %%
const colour = await cs.describeByColour(dataset);
const network = await cs.describeByNetwork(dataset, cs.preset(presetName));
const bars = cs.centroidBars(dataset, { 'seven numbers': colour, 'network numbers': network });
cs.show(cs.centroidFigure(dataset, bars), { save: 'data-centroids' });
const told = bars.map(({ name, shares }) => `${name} **${shares.map(percent).join('** and **')}**`);
cs.say(`Class${families ? ', and family' : ''}: ${told.join('; ')}.`);

// %% [markdown]
// **What we saw.** In `leaf20` the seven numbers do no better than guessing, not even for families: the colours were drawn so that they give nothing away. A model that beats the grey bar has looked at shapes and marks. The network, which never saw a cultivar, names most families rightly. But inside a family it is much less sure. *That gap, from family to class, is the ultra-fine-grained task.*
//
// **How alike are siblings?** Take all pairs of images and measure the distance between their numbers. If a description is any good, two images of one class lie nearer to each other than two siblings, and siblings nearer than leaves of two families. Each point is a pair (a sample of them); 1 is the mean of all pairs. Compare where the diamonds stand.

// %%
const alike = { xTitle: 'Distance of two images (1 = mean of all pairs)', scale: 1,
  caption: 'Diamond: the median. Thick bar: half of all pairs. Thin bar: 95 %.' };
const byNetwork = cs.distanceRows(network, families);
cs.show(cs.spreadFigure(byNetwork, { ...alike, title: 'Network numbers' }));
const median = (i: number) => cs.quantile(byNetwork[i].values, 0.5);
cs.say(byNetwork.map((row, i) => `**${row.name}** ${median(i).toFixed(3)}`).join(', ')
  + ` (medians). From *same class* to the next is ${(median(1) - median(0)).toFixed(3)}; `
  + `the thick bar of *same class* alone is `
  + `${cs.middleHalf(byNetwork[0].values).toFixed(3)} long.`);

// %% [markdown]
// **What we saw.** The rows of *same class* and *siblings* overlap nearly from end to end. Light and angle move an image further than its class does. To tell siblings apart, a network has to find the few numbers that matter and ignore the rest.
//
// ## 4. Splits, and what the reader refuses
//
// The layout is that of the published Ultra-FGVC sets: a folder `images`, and a folder `anno` with one text file for each split. Each line is the name of an image and its label, counted from 1. Here is a small copy of your dataset, two classes of it, as it lies on disk.
//
// Before any training, the library reads these files and checks them. The last line says what it found.

// %%
console.log(cs.layoutText(dataset));
console.log(await cs.readChanged(dataset));

// %% [markdown]
// A wrong label or a lost file does not stop most training programs. They train, and the number at the end is wrong. So the reader refuses such data. The next cell changes the copy on purpose: a label that was counted from 0, a file that was lost, and a training image that is in the test as well. Read each message: it names the file, the line, what is allowed, and what to do.
//
// Try a fault of your own: the function gets the text of the file and returns another.

// %%
const train = cs.pickSamples(dataset, 'train', [0])[0].name;
const test = cs.pickSamples(dataset, 'test', [0])[0].name;
const faults: cs.Changes[] = [
  { 'anno/train.txt': (text) => text.replace(`${train} 1`, `${train} 0`) },
  { [`images/${test}`]: null },
  { 'anno/test.txt': (text) => text.replace(test, train) },
];
for (const fault of faults) console.log(await cs.readChanged(dataset, fault) + '\n');

// %% [markdown]
// **What we saw.** The third fault is a **leak**: the test holds an image that the model has learned by heart. Nothing crashes, and the accuracy rises. It is the most expensive of the three, because nobody notices.
//
// ## 5. How far can an accuracy be trusted? First reason for doubt: the test images
//
// Imagine a model that is right on 40 % of all leaves in the world. You test it on $n$ images. Each is right with probability $p = 0.4$, so the share $\hat p$ of right answers scatters around $p$ with the standard deviation
//
// $$\sigma = \sqrt{\frac{p\,(1-p)}{n}}$$
//
// and about 95 % of such tests lie within $1.96\,\sigma$ of $p$. This is the *binomial distribution*. Do not believe the equation: throw the dice. `cs.testDraws` makes 400 tests of the same model and returns what each of them would report.

// %%
const p = 0.4;
const sizes = [60, 240, 960];
const tests = sizes.map((n) => ({ name: `${n} test images`,
  values: cs.testDraws({ accuracy: p, images: n, draws: 400, seed: seed }) }));
cs.show(cs.spreadFigure(tests, { title: 'One model, 400 tests', xTitle: 'Reported accuracy (%)',
  caption: 'Every point is a test of the same model. Only the images differ.',
  line: { at: p, name: 'its true accuracy' } }), { save: 'data-test-draws' });
for (const [i, n] of sizes.entries()) {
  const sigma = Math.sqrt(p * (1 - p) / n);
  cs.say(`**${n} images:** the equation says ${percent(sigma)}, `
    + `the ${tests[i].values.length} tests say ${percent(cs.sd(tests[i].values))}.`);
}

// %% [markdown]
// **What we saw.** With 60 images, the number of test images in `leaf20`'s small test, two reports on the *same* model easily differ by ten points. Four times the images halve the spread; the root in the equation says so. The thin lines on the bars of this course are such intervals.
//
// ## 6. Second reason for doubt: the training images
//
// Now train. With three images a class it matters *which* three. We can see how much, because nearest centroid trains in milliseconds: a third of each class's images is set aside as a fixed test, and from the others we draw `imagesPerClass` again and again, each time for a new model. The test does not change, so whatever varies comes from the training images alone.
//
// **Change `imagesPerClass` or `draws` in the first line, for instance to `{ imagesPerClass: 5, draws: 100, seed: seed }`, and run the cell again.** Does the spread change, or only the middle?

// %%
const own = { imagesPerClass: imagesPerClass, draws: draws, seed: seed };
const drawn = (n: number) => cs.trainingDraws(network, { ...own, imagesPerClass: n }).accuracies;
const counts = [1, 2, own.imagesPerClass].filter((n, i, all) => all.indexOf(n) === i);
const trained = counts.map((n) => ({ name: `${n} a class`, values: drawn(n) }));
cs.show(cs.spreadFigure(trained, { title: `${own.draws} trainings each, one fixed test`,
  xTitle: 'Test accuracy (%)', caption: 'Every point is a training with other images.',
}), { save: 'data-training-draws' });
cs.showTable(cs.spreadTable(trained, { title: 'The same in numbers' }));

// %% [markdown]
// More draws do not make a single training less noisy. They tell us the **mean** better. The 95 % interval of a mean of $k$ results with the standard deviation $s$ is
//
// $$\text{mean} \pm t_{k-1}\,\frac{s}{\sqrt{k}}$$
//
// where $t_{k-1}$ is a number from a table: 12.71 for two results, 3.18 for four, close to 1.96 for many. `cs.tInterval` computes it. See how the interval shrinks as more of the draws are used.

// %%
const { accuracies, testImages } = cs.trainingDraws(network, own);
const middle = cs.mean(accuracies);
for (const k of [2, 4, 10, own.draws]) {
  const { mean, low, high } = cs.tInterval(accuracies.slice(0, k));
  cs.say(`first **${k}** draws: ${percent(mean)}, interval ${percent(low)} to ${percent(high)}`);
}
const luck = Math.sqrt(middle * (1 - middle) / testImages);
cs.say(`A single training scatters by **${percent(cs.sd(accuracies))}** because of the images it `
  + `got. ${testImages} test images add a scatter of **${percent(luck)}** (section 5).`);

// %% [markdown]
// **What we saw.** Here the luck of the training images is about as large as that of the test images, and it is *invisible in a single run*: the thin line on one bar knows nothing of it. That is why every result in this course is a mean over several **seeds**, with an interval. A seed decides which images are drawn, the first weights, and the order.
//
// ## 7. Comparing two models: pair them
//
// Which of two models is better? Say, nearest centroid with all numbers of the network (A), and with the first half of them (B). Both scatter widely. But we can let both meet *the same draws*: where a draw is unlucky, it is unlucky for both. So look at the **difference** on each draw, $d_i = a_i - b_i$, and ask for the interval of its mean.
//
// **By hand, on four draws.** Here $t_3 = 3.182$.

// %%
const half = cs.keepNumbers(network, Array.from({ length: network.size / 2 }, (_, i) => i));
const B = cs.trainingDraws(half, own).accuracies;
const A = accuracies;
const d = [0, 1, 2, 3].map((i) => A[i] - B[i]);
const meanD = (d[0] + d[1] + d[2] + d[3]) / 4;
const sdD = Math.sqrt(d.reduce((sum, v) => sum + (v - meanD) ** 2, 0) / 3);
const halfWidth = 3.182 * sdD / Math.sqrt(4);
console.log(d.map((v, i) => `${percent(A[i])} - ${percent(B[i])} = ${percent(v)}`).join('\n'));
const lib = cs.pairedDifference(A.slice(0, 4), B.slice(0, 4));
cs.showEqual({ mean: [meanD, lib.mean], 'standard deviation': [sdD, lib.sd] });
cs.say(`By hand ${percent(meanD - halfWidth)} to ${percent(meanD + halfWidth)}; `
  + `\`cs.pairedDifference\` ${percent(lib.low)} to ${percent(lib.high)}.`);

// %% [markdown]
// **With all draws, paired and unpaired.** For the unpaired row we compare draw $i$ of A with *another* draw of B. The mean difference is the same. Compare the widths.

// %%
const shifted = [...B.slice(1), B[0]];
const pairs = [
  { name: 'paired: the same draw', values: A.map((a, i) => a - B[i]) },
  { name: 'unpaired: two draws', values: A.map((a, i) => a - shifted[i]) },
];
cs.show(cs.spreadFigure(pairs, { title: 'All numbers minus half of them',
  xTitle: 'Difference (percentage points)',
  line: { at: 0, name: 'no difference' },
  caption: 'Every point is a difference of two trainings.',
}), { save: 'data-pairing' });
cs.say(`Paired: ${cs.verdict(cs.pairedDifference(A, B))}`);
cs.say(`Unpaired: ${cs.verdict(cs.tInterval(pairs[1].values))}`);

// %% [markdown]
// **What we saw.** Both rows have the same mean, and the paired one is narrower. Pairing costs nothing: train both models on the same seeds. (The word *seeds* in the sentences stands for our draws.)
//
// Be careful with what such an interval covers: other draws from *these* images, tested on *this* third. Change `seed` at the top and run all cells: another third becomes the test, and the difference can move by more than the interval says. Nothing on this page knows about leaves that we do not have.
//
// ## 8. On real photographs
//
// Is that so only for drawn leaves and a toy classifier? Here are stored runs of a real network, trained on three photographs a class of grapevine leaves (`grapevine5`, five varieties). The rows are five seeds of the **baseline**, and of a model that sees two views of each image (both are explained in the next notebooks). The numbers come from the run records kept with the project.

// %%
const stored = cs.storedTable({ table: 'modules', results: 'grapevine5', shots: 3 });
const [one, two] = [0, 1].map((i) => stored.rows[i]);
cs.show(cs.storedSeedsFigure(stored, [one.name, two.name]));
const photos = stored.dataset.tests[stored.split];
const sigma = Math.sqrt(one.accuracy.mean * (1 - one.accuracy.mean) / photos);
cs.say(`The baseline reaches ${percent(one.accuracy.mean)}. From seed to seed it scatters by `
  + `**${percent(one.accuracy.sd)}**, ${(one.accuracy.sd / sigma).toFixed(1)} times the `
  + `${percent(sigma)} that its ${photos} test images would explain.`);
cs.say(`${two.name} minus ${one.name}, paired by seed: `
  + cs.verdict(cs.pairedDifference(two.accuracies, one.accuracies)));

// %% [markdown]
// ## What we saw
//
// - Ultra-fine-grained datasets hold a handful of images a class. What tells siblings apart is a small part of each.
// - Simple numbers of colour tell the drawn classes nothing. A network that never saw them knows families, not siblings.
// - The reader checks labels, files and leaks before anything is trained, and says what to do.
// - An accuracy has two sources of luck: which images were tested, and which were trained on. A single run shows only the first.
// - More seeds narrow the interval of the mean, with the root of their number. Paired comparisons narrow it further for nothing.
// - Where an interval of differences reaches across zero, the runs do not say which model is better. That sentence returns in every notebook.
//
// ## Try
//
// Write your answer in place of `undefined`, and run the cell.
//
// **1. One image.** Your test has as many images as the largest test split of the dataset. By how many percentage points does the accuracy change when *one* more image is right?

// %%
const answer1: cs.Answer = undefined;
const testSize = dataset.tests[cs.largestTest(dataset)].samples.length;
cs.checkAnswer('data-one-image', answer1, { images: testSize });

// %% [markdown]
// **2. Half the width.** You want the spread of section 5 to be half as wide. How many times as many test images do you need: 2, 4, 8 or 16? Change `sizes` there to see it.

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('data-half-width', answer2);

// %% [markdown]
// **3. Pairing.** Why is the paired interval of section 7 narrower? `'more'`: it uses more results. `'better'`: pairing makes the models better. `'luck'`: by luck, with this seed. `'shared'`: what both models share drops out of the difference.

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('data-pairing', answer3);

// %% [markdown]
// **Onward.** We know what the data is, and how to read a number. Next we need a model: [02: the baseline](02-baseline.ipynb).
