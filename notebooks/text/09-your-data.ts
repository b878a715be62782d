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
// # Your data: bring a folder, check it, train, read the report
//
// **The question.** You have photographs of your own: leaves, seeds, beetles, a few of each kind. How do they get in here, what goes wrong on the way, and how far may you believe the number at the end?
//
// **The plan.** We make a folder as you would bring it, write its annotations, and check it. We look at usual mistakes and what the check says to them. Then we choose a recipe without looking at the test, train, read the report class by class, ask about one image, and keep the model. At the end stand the commands for a long run.
//
// This page never touches your data. The example folder is made from drawn leaves in the project's own cache (`.cache/examples`); you may delete it at any time.

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // lends its images to the example folder
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1;
let epochs = 24; // of each live run

// %% [markdown]
// ## 1. A folder with one folder a class
//
// That is how most collections look: `images/lime/leaf-001.png`, `images/oak/leaf-001.png`. The names of the folders are the names of the classes. If your class folders lie elsewhere, put them into a folder `images` first.
//
// We take eight classes, two families of four siblings. Two things are wrong with the folder on purpose. You will find them in section 3.

// %%
const source = await cs.openDataset(datasetName);
const classes = Array.from({ length: Math.min(8, source.classes) }, (_, c) => c);
const folder = await cs.makeExampleFolder(source, { classes: classes, flaws: true });
const perClass = { trainPerClass: 8, seed: seed };
const written = await cs.writeAnnotations(folder, perClass);
cs.say(`Wrote \`anno/train.txt\` (**${written.train}** lines), \`anno/test.txt\`
(**${written.test}** lines) and \`classes.txt\` (**${written.classNames.length}** classes).`);

// %% [markdown]
// **What happened.** `cs.writeAnnotations` gives each class a number from 1 in the order of their names, draws `trainPerClass` images of each class for training with the seed, and leaves all others for the test. It moves nothing, and it does not write over annotations that are there.
//
// The result is the *published layout* of the benchmark Ultra-FGVC, which every command here reads:
//
// ```
// my-leaves/
//   anno/train.txt     lines "image_name label", labels from 1
//   anno/test.txt      the same, other images
//   classes.txt        lines "label name" (may be missing)
//   images/...         the images, in folders or not
// ```
//
// In a terminal the same is `npm run csdnet -- data annotate FOLDER --train 8`.
//
// A random split is right only where every picture shows *another* object. Ten pictures of one plant must all stand on one side: then write the two lists by hand, or with a few lines of your own.
//
// ## 2. Six mistakes, and what the check says
//
// Reading a folder checks it, before anything is trained. Each line below is a small folder with one mistake. Read the last column as you would meet it: *where*, *what was given*, *what is allowed*, *how to mend it*.

// %%
cs.showTable(await cs.mistakesTable(source));

// %% [markdown]
// **What we saw.** Labels from 0 are the most common one: many programs count so, the benchmark counts from 1. A training image in the test is the most dangerous one: without the check nothing would look wrong, and the accuracy would be too good.
//
// ## 3. Look at the pixels
//
// The check above reads names. It does not open the images. The next cell opens every one of them: how large they are, whether any has no colour, and whether the same picture is there twice under two names. Look for the two flaws.

// %%
const flawed = await cs.openDataset(folder);
cs.showTable(cs.auditTable(await cs.auditDataset(flawed)));

// %% [markdown]
// **What we saw.** One picture is there twice. Such a copy does harm where one half is in training and the other in the test, so that the network is asked what it was told. And one image has lost its colour. One is no harm; a *whole class* in grey would be: the network would learn "grey" and nothing about leaves.
//
// We mend the folder (here: make it again without flaws) and look once more. The pictures below are what we have of the first two classes.

// %%
await cs.makeExampleFolder(source, { classes: classes });
await cs.writeAnnotations(folder, perClass);
const mine = await cs.openDataset(folder);
const audit = await cs.auditDataset(mine);
cs.showTable(cs.auditTable(audit));
const some = cs.pickSamples(mine, 'train', [0, 1], 8);
const small = await cs.thumbnails(some, { size: 64 });
cs.showHtml(small.map((uri) => `<img alt="a training image" src="${uri}"/>`).join(' '));

// %% [markdown]
// ## 4. A recipe, in full
//
// A *preset* is a complete recipe. `tiny` trains in seconds from nothing: good for this page, and for finding out whether all works. `laptop` starts from a network that knows ImageNet: take it for results. `paper` is a large network that wants a graphics card.
//
// Nothing is hidden in a default: this is every field of the recipe. (One thing is no field: the learning rate falls to zero at the end, along a cosine.) The name before the dot is the part, and the fields of `view` are SSDP, those of `contrast` DDL, those of `distill` SSDT. `recipeDifferences` says what we changed.

// %%
const recipe = cs.preset(presetName, {
  seed: seed,
  dataset: { name: mine.name },
  training: { epochs: epochs },
});
console.log(cs.recipeLines(recipe).join('\n'));
cs.say(`Changed: ${cs.recipeDifferences(cs.preset(presetName), recipe).join('; ')}.`);

// %% [markdown]
// ## 5. Choose on validation images, never on the test
//
// We want to choose one thing: the learning rate. Whoever tries several values and keeps the one with the best *test* accuracy has chosen partly by luck, and reports the luck as well. So we set some training images aside, the *validation* images, choose by them, and touch the test once, at the end.
//
// `cs.holdout` takes two images of each class out of training. `cs.forSelection` gives a dataset that holds no test image at all: what is not there cannot be looked at by mistake.

// %% tags=["varies"]
const fold = cs.holdout(mine.train, 2, seed);
const selection = cs.forSelection(mine, fold);
const rates = [0.001, 0.01];
const trials = rates.map((rate) => ({
  name: `rate ${rate}`,
  why: 'chosen on validation images',
  config: cs.merge(recipe, { optimizer: { rate: rate }, dataset: { testSplits: ['validation'] } }),
}));
const tried = await cs.trainVariants(selection, trials);
cs.showTable(cs.liveTable(tried));
const best = tried.reduce((a, b) => (b.evaluation.nll < a.evaluation.nll ? b : a));
cs.say(`On **${best.evaluation.images} validation images**: we take **${best.name}**, because
its negative log-likelihood is lower.`);

// %% [markdown]
// **What we saw.** The column "Test accuracy" of this table is the accuracy on *validation* images: the test is not in this dataset. We choose by the negative log-likelihood and not by the accuracy: it uses how sure the network was of each image, so it is less of a lottery with so few of them. Still, few images make a rough choice. Do not turn ten knobs with them.
//
// ## 6. Train, live
//
// Now the chosen rate, on *all* training images. Press the stop button (the square in the toolbar) while it runs: the last whole epoch is kept.

// %% tags=["varies"]
const rate = best.config.optimizer.rate;
const config = cs.merge(recipe, { optimizer: { rate: rate }, dataset: { testSplits: ['test'] } });
const run = await cs.trainLive(mine, config);
cs.show(cs.liveCurves(run), { save: 'your-curves' });

// %% [markdown]
// **Read the curves.** The learning rate falls to zero, so a flat end alone does not prove that the training was long enough. Is the training accuracy near 100 %? Then longer does not help: the network knows these images by heart.
//
// ## 7. Read the report
//
// Read its second line before the first: the *interval*. It says how far the accuracy could be off because the test has only so many images. It knows nothing of the seed.

// %% tags=["varies"]
cs.showTable(cs.runReportTable(run));
cs.show(cs.perClassFigure(run), { save: 'your-classes' });
cs.showTable(cs.worstPairsTable(run));

// %% [markdown]
// **What we saw.** Look at the thin lines of the figure: with so few test images a class, nearly all of them overlap. "Class A is harder than class B" needs far more images. The table of pairs is more useful: it tells you which images to look at side by side. Read its names: do the two share a family? Then the network sees the family and not yet the sibling. Notebook 08 goes on from there.
//
// **Another seed.** The seed decides the first weights, the order of the images, and each random crop. Nothing about it is better or worse. So how far the accuracy moves from seed to seed is how much one run is worth.

// %% tags=["varies"]
const again = { name: 'our recipe', why: 'how far a seed moves it', config: config };
const others = await cs.trainVariants(mine, [again], { seeds: [seed + 1, seed + 2] });
const all = [run, ...others].map(({ evaluation }) => 100 * evaluation.top1);
const { mean, low, high } = cs.tInterval(all);
cs.say(`Seeds ${[run, ...others].map((one) => one.config.seed).join(', ')}:
${all.map((v) => v.toFixed(1)).join(' %, ')} %. Mean **${mean.toFixed(1)} %**; 95 % interval of the
mean over seeds: ${low!.toFixed(1)} to ${high!.toFixed(1)} %. Guessing:
${(100 / mine.classes).toFixed(1)} %.`);

// %% [markdown]
// ## 8. Ask about one image
//
// A new image goes through the network once, whole, as its raw view. None of the three modules is computed: they act in training only. Here is one test image, as the network sees it, and its likeliest classes.

// %% tags=["varies"]
const image = cs.pickSamples(mine, 'test', [2])[0];
const [prediction] = await cs.predictSamples(run.model, [image]);
cs.show(cs.predictionFigure(prediction, { names: mine.classNames }), { save: 'your-prediction' });

// %% [markdown]
// **What we saw.** Is the green bar the longest? And is the longest bar long? A network can be sure and wrong. It also never says "none of these": show it a photograph of a cat, and it names a leaf.
//
// ## 9. Keep the model, and load it again
//
// One file holds the weights, the recipe and the names of the classes. The loaded model should say exactly what the first one said. The cell compares all probabilities.

// %% tags=["varies"]
const file = `${folder}/my-model.safetensors`;
await cs.saveModel(file, { ...run.model, classNames: mine.classNames, run: run.id });
const loaded = cs.loadModel(file);
const [second] = await cs.predictSamples(loaded, [image]);
const apart = second.probabilities.map((p, c) => Math.abs(p - prediction.probabilities[c]));
cs.say(`The file names run \`${loaded.run}\` and **${loaded.classNames.length}** classes. Largest
difference between its probabilities and those from before: **${Math.max(...apart)}**.`);

// %% [markdown]
// ## 10. The long run, in a terminal
//
// A notebook is for looking. A result is made in a terminal, where it may take hours, is resumed where it was stopped, and leaves a record:
//
// ```
// npm run csdnet -- data check FOLDER                      read every image: usable or not
// npm run reproduce -- --dataset FOLDER --dry-run          what would be trained, and how long
// npm run reproduce -- --dataset FOLDER --seeds 5          the modules table, five seeds
// npm run reproduce -- --dataset FOLDER --table margin     a switch of your choice
// npm run csdnet -- train --dataset FOLDER --out my-model.safetensors
// ```
//
// The tables are for questions ("does DDL help *here*?"), the last line is for a model to use. Take several seeds for every question: the table gives you means, intervals and paired differences to a control. The README says how to take a model to Python or into a web page.
//
// **When not to trust the number**
//
// | Sign | What it may mean |
// |---|---|
// | The test was used to choose anything | The number is too good by an unknown amount |
// | Pictures of one plant on both sides | The network knows the plant, not the kind |
// | One class was photographed on another day or background | It may know the day |
// | One seed | The next may be several points away |
// | An interval as wide as the difference you care about | You need more test images, not more training |
// | The accuracy is far above what an expert reaches | Look for a leak first |
//
// ## What we saw
//
// - Folders of classes become the published layout with one call; a seed draws the split, and nothing is moved.
// - The check names the file, the line and the mend. It cannot know which pictures show one plant; you can.
// - A choice is made on validation images. The test is opened once.
// - An accuracy comes with two doubts: few test images (its interval) and one seed (run more).
// - Class by class the doubts are larger still. The pairs that are mixed up tell you where to look.
// - The small network here shows that all of this works. It says nothing about how well your kinds can be told apart: take `laptop` and several seeds for that.
//
// ## Try
//
// Answer in the cell below each question: write in place of `undefined`, and run the cell.
//
// **1. How many images?** You expect an accuracy near 50 % and want its 95 % interval to reach 3 points to each side. How many test images do you need? (Half the interval is $1.96\sqrt{p(1-p)/n}$.)

// %%
const answer1: cs.Answer = undefined;
cs.checkAnswer('your-images', answer1, { halfWidth: 3 });

// %% [markdown]
// **2. Where to choose?** You try five learning rates. By the result on which images do you choose: `'training'`, `'validation'` or `'test'` images, or by the luckiest `'seed'`?

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('your-choice', answer2);

// %% [markdown]
// **3. Ten pictures of a plant.** You photographed 8 plants of each kind, ten times each. What must the split divide: the `'images'`, the `'plants'`, only exact `'duplicates'`, or does it suffice to take several `'seeds'`?

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('your-plants', answer3);

// %% [markdown]
// This was the last notebook. From here: turn a switch of your own in [06: ablations](06-ablations.ipynb), or go back to [the map](00-map.ipynb) and see how much of it you can now explain.
