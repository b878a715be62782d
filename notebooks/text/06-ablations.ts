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
// # Ablations: which module helps, and how sure can we be?
//
// **The question.** CSDNet has three modules and many switches. Which of them make the network better? And when a table says *+1.2 points*, do we believe it?
//
// **The claim** that is usually made: "we add module X and accuracy rises, so X works". This page shows what such a sentence needs before it is true: several seeds, a fair control, an interval, and a count of how often we looked.
//
// An **ablation** trains the full model, then trains it again with one part removed or changed, and compares. A **variant** is one such model. A **seed** is the number that decides everything random in a run: which images are drawn for training, the start of the new layers, the order, the augmentation. Two runs of one variant with two seeds give two accuracies.
//
// First, what this page may be asked to do with: other stored results, another number of training images a class (**shots**), another dataset and seed for the live part.

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // for the live part: leaf20, leaf80, or a folder
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1;
let results = 'grapevine5'; // stored results: a file in data/results
let shots = 5; // training images a class of the stored tables

// %% [markdown]
// ## 1. An ablation is data
//
// There is no `if (useDDL)` in the training loop. A variant is a record with three fields: `name`, `why`, and `config`. The config is the *whole* recipe of a run. So you can ask the library what sets a variant apart from the full model: `recipeDifferences` compares the two recipes field by field.
//
// Here is a variant of our own. Look at the one line that is printed: it is everything that changes.

// %%
const full = cs.preset('laptop');
const mine: cs.Variant = {
  name: 'a lower margin',
  why: 'two classes repel each other until they are farther apart',
  config: cs.withTerm(full, 'contrast', { margin: 0.2 }),
};
console.log(cs.recipeDifferences(full, mine.config));

// %% [markdown]
// A **table** is a named list of variants with a question. This is the most important one, `modules`: all $2^3 = 8$ ways to switch SSDP, DDL and SSDT on and off, and one row more, the **control**. Read the last column: it is computed from the recipes, so it cannot be out of date.

// %%
cs.showTable(cs.variantsTable(cs.tableNamed('modules'), full));

// %% [markdown]
// **Why the control is there.** SSDP and SSDT need a second view of every image. A step with two views does twice the work, and the network sees twice as many pictures. That alone may help, whatever the views show. The row *two views (control)* pays the same price and uses none of the ideas: its second view is an ordinary random crop. If a module is to get the credit, it has to beat **the control**, and not only the baseline.
//
// (*DDL* alone works on one view. It is cheaper than the control, so for that row both comparisons are worth reading.)

// %% [markdown]
// ## 2. One difference, by hand
//
// Variant $a$ and variant $b$ ran with the same $n$ seeds. With seed $s$ they got the same training images. So we take the difference *seed by seed*:
//
// $$d_s = a_s - b_s, \qquad \bar d = \frac{1}{n}\sum_{s} d_s, \qquad \bar d \pm t_{n-1}\frac{\sigma_d}{\sqrt n}$$
//
// $\sigma_d$ is the standard deviation of the differences: how far they lie apart. $t_{n-1}$ is a number from the table of Student's $t$: 2.776 for five seeds and 95 %. The result is a **95 % interval**: of all intervals that are made in this way, 95 % hold the true difference. If the interval holds zero, these seeds cannot tell the two variants apart.
//
// **By hand**, on five made-up accuracies. Look at the seeds first: seed 2 drew bad images, and both variants suffer. Then compare the two intervals: one from the differences (*paired*), one that forgets which accuracies belong together (*unpaired*).

// %%
const a = [58.2, 41.5, 60.1, 55.0, 49.7];
const b = [56.0, 40.3, 57.2, 53.9, 47.1];
const average = (v: number[]) => v.reduce((sum, x) => sum + x, 0) / v.length;
const variance = (v: number[]) =>
  v.reduce((sum, x) => sum + (x - average(v)) ** 2, 0) / (v.length - 1);
const d = a.map((x, s) => x - b[s]);
const half = 2.776445 * Math.sqrt(variance(d) / 5); // t for 5 - 1 = 4 degrees of freedom
const apart = 2.306004 * Math.sqrt((variance(a) + variance(b)) / 5); // t for 2 * 5 - 2 = 8
const [low, high] = [average(d) - half, average(d) + half];
console.log('differences:', d.map((x) => x.toFixed(1)).join('  '));
console.log(`paired:   ${average(d).toFixed(2)} +- ${half.toFixed(2)}`);
console.log(`unpaired: ${average(d).toFixed(2)} +- ${apart.toFixed(2)}`);

// %% [markdown]
// **The same from the library.**

// %%
const paired = cs.pairedDifference(a, b);
const unpaired = cs.pooledDifference(a, b);
cs.showEqual({
  'mean difference': [average(d), paired.mean],
  'paired interval': [[low, high], [paired.low, paired.high]],
  'unpaired interval': [[average(d) - apart, average(d) + apart], [unpaired.low, unpaired.high]],
});
cs.say(`The unpaired interval is **${(apart / half).toFixed(1)} times** as wide.
It holds zero: ${unpaired.low! < 0}. The paired one holds zero: ${paired.low! < 0}.`);

// %% [markdown]
// **What we saw.** The five accuracies of one variant lie many points apart, because some draws of images are better than others. Both variants share that luck. The difference takes it out. So: compare on the same seeds, and look at the differences. Two intervals of *accuracies* that overlap say little.
//
// ## 3. The modules, measured
//
// Now real runs: photographs of grapevine leaves. Every row is trained with every seed, and each seed draws its own training images. In the table, look at the column *Difference to two views (control)* first. In the figure, look for intervals that do not touch the dashed line.

// %%
const query: cs.StoredQuery = { table: 'modules', results: results, shots: shots };
cs.showStored(query);

// %% [markdown]
// **What may be said?** The next cell turns the table into sentences. It uses the numbers of the table and nothing else: run it on another table and it says something else. It is asked twice: beside the control, and beside the baseline.
//
// **And where there are many classes?** Five classes leave a queue little to do. So the cell goes on with the same table on drawn leaves of 80 cultivars, in families of four that differ in a detail, 3 training images each. Compare its column *Difference to two views (control)* with the one above. The last table takes one module away from the full model and asks what the other two miss.

// %%
const modules = cs.storedTable(query)!;
const toControl = cs.conclude(modules, 'control');
const toBaseline = cs.conclude(modules, 'reference');
cs.say(cs.conclusionText(toControl));
cs.say(cs.conclusionText(toBaseline));
const many: cs.StoredQuery = { table: 'modules', results: 'leaf80', shots: 'all' };
cs.showStored(many);
cs.say(cs.conclusionText(cs.conclude(cs.storedTable(many)!, 'control')));
cs.showTable(cs.whatEachAdds(cs.storedTable(many)!));

// %% [markdown]
// **What we saw.** With 80 classes the contrast is worth more than anything else in this project, and distillation adds to it. The adaptive view does not: an ordinary second view in its place does as well or better. Nor would a better saliency mend that. On other drawn leaves a crop of the *true* difference did no better than a random crop (`docs/experiments.md`): the network is asked about whole images in the end, and the zoom shows it something else.
//
// **How to read it.** *Cannot be told* is the honest name of an interval that holds zero. It does not say that the module does nothing; it says that these seeds are too few to see what it does. The fourth line gives the size that could have been seen. The last line is explained in the next section. And all intervals are over *seeds*: they say how the result moves with other draws of training images, and nothing about other plants or other test images.
//
// Compare the two lists. A row that is better than the *baseline* and not better than the *control* with two views has shown that two views help, or that it was lucky, not that its idea helps. (A row with one view, such as DDL alone, does not owe its gain to a second view: there the baseline is the fair comparison, and luck remains.)
//
// ## 4. Look often enough, and you will find something
//
// A 95 % interval misses the truth once in 20 times. That is its definition, not a fault. A table with 20 rows gives 20 chances.
//
// **Live.** The next cell draws 1000 tables of pure luck. No row has any effect: all accuracies come from one distribution. Then it pairs each row with the reference and makes intervals, exactly as above. The figure shows the first table in which luck "found" something: look for the colour. **Change `rows` or `seeds`, and run the cell again.**

// %%
const rows = 20;
const seeds = 5;
const luck = cs.luckOf({ rows: rows, seeds: seeds, seed: seed });
cs.show(cs.luckFigure(luck, Math.max(0, luck.found.findIndex((count) => count > 0))));
cs.say(`Of all intervals, **${(100 * luck.share).toFixed(1)} %** leave out zero.
Of the 1000 tables, **${(100 * luck.any).toFixed(0)} %** have at least one such row;
the worst has ${Math.max(...luck.found)} of ${rows}.`);

// %% [markdown]
// **What we saw.** More seeds do not change the share: it stays near 5 %. More rows make it more likely that some row "works". There is a second effect. All rows share *one* reference. When the reference had bad luck, many rows look better at once, so finds come in clumps. Ten good rows beside one reference are not ten pieces of evidence.
//
// A simple remedy is to share the 5 % among all rows: with 20 rows, call a row a find only where its $p$ value is below $0.05 / 20$ (Bonferroni's correction; $p$ says how often luck alone would give a difference at least this large). The sentences above do that in their last line.
//
// **All switches at once.** Each row below turns *one* switch of the full model, and all are compared with the same runs of the full model. The colour and the form of a dot say which module the switch belongs to. A row beyond the axis is written at its edge, in numbers. Which switches matter at a glance? And how many dots lie left of the line, how many right?

// %%
const tables = cs.storedTables(results);
cs.show(cs.switchesFigure(tables, shots), { save: 'ablations-switches' });
const switches = cs.concludeSwitches(tables, shots);
const everyRow = [...switches.better, ...switches.worse, ...switches.open];
const below = everyRow.filter(({ difference }) => difference.mean < 0).length;
const earlier = cs.earlierDefaults(tables.find(({ table }) => table === 'margin')!);
cs.say(`${cs.conclusionText(switches)}
- Of ${switches.compared} differences, ${below} are below zero.`);
if (earlier.length > 0) cs.say(`Measured with earlier defaults: ${earlier.join('; ')}.`);

// %% [markdown]
// **What we saw.** The first two lines name the switches that stand out, by side; the third counts all the others, which these seeds cannot tell from the full model. Names that survive the sharing of the 5 % are the ones to rely on. A large mean may drop out because its seeds disagree: five seeds are few for so strict a test.
//
// Read the last line together with the note on clumps. If far more than half of the differences are below zero, that may mean that the defaults are good. It may as well mean that these few runs of the full model were lucky, since all rows share them.
//
// ## 5. How many seeds does a difference need?
//
// The half-width of an interval is $t_{n-1}\,\sigma_d/\sqrt n$. It falls with the number of seeds $n$, quickly at first and then slowly: for half the width you need about four times the seeds. $\sigma_d$ we know: the stored runs tell how far paired differences spread. **Change `effect`** (in points) and run the cell again.

// %%
const effect = 2;
const spreads = cs.pairedSpreads(tables.filter((table) => cs.shotsOf(table) === shots));
cs.show(cs.widthFigure(spreads, { effect: effect, seeds: modules.seeds.length }));
const needed = cs.seedsNeeded(spreads, effect);
cs.say(`To show a difference of **${effect} points**, the row in the middle needs
**${needed.half}** seeds where half of all repetitions are to show it, and **${needed.most}**
for four of five. Stored are ${modules.seeds.length}.`);

// %% [markdown]
// **What we saw.** With few seeds, only large effects can be shown. Papers in this field often report one run, and differences of half a point. One run has no interval at all.
//
// ## 6. Few images, and more images
//
// CSDNet is made for *limited samples*. So does it help more where images are fewer? The curve shows three rows at each number of training images a class for which the table was measured. The epochs differ too (see each table's caption), so compare rows at one point, and be careful along the curve. Look at the width of the intervals on the left before you compare the dots.

// %%
const three = ['baseline', 'two views (control)', 'SSDP + DDL + SSDT'];
cs.show(cs.shotsFigure(tables, 'modules', three), { save: 'ablations-shots' });
for (const table of tables.filter(({ table }) => table === 'modules')) {
  const row = table.rows.find(({ name }) => name === three[2])!;
  cs.say(`**${cs.shotsOf(table)} images a class.** Full model against the control:
${cs.verdict(row.toControl!)}`);
}

// %% [markdown]
// **What we saw.** The intervals of the *accuracies* hold the luck of the draw: which few images a seed was given. Where they are wide, that luck matters more than the variant. The sentences hold the *paired* differences, which are free of the part that both share. Whether the full model gains most where images are fewest can be said only where the sentences above tell a difference.
//
// ## 7. Two ways to fool oneself
//
// **The best epoch.** It is common to test after every epoch and to report the best one. Suppose that a network has stopped to improve, and its test accuracy only wobbles by 1 point around a constant. The next cell draws such curves. The truth is 0. What does the best epoch report? **Change `epochs`.**

// %%
const epochs = 20;
const wobble = 1; // points, standard deviation from epoch to epoch
const rng = cs.createRng(seed, 'epochs');
const curve = () => Array.from({ length: epochs }, () => wobble * rng.normal());
const curves = Array.from({ length: 2000 }, curve);
const best = cs.mean(curves.map((values) => Math.max(...values)));
const last = cs.mean(curves.map((values) => values[epochs - 1]));
cs.say(`The last epoch reports **${last.toFixed(2)}** points, which is the truth up to luck.
The best of ${epochs} reports **+${best.toFixed(2)}** points that are not there.`);

// %% [markdown]
// Neighbouring epochs of a real run resemble each other, so its gain is smaller than this. But it is never negative, and it is chosen *on the test images*. That is why every number on this page is that of the **last** epoch.
//
// **The best row.** Choosing a row works in the same way. We can see it on the real runs. In each stored table, take the row that is best on all seeds but one, and look how it does on the seed that was left out. The choice *promises* a gain. Does the new seed *keep* it?

// %%
const chosen = cs.winners(tables);
cs.say(`In ${chosen.choices} choices the winner promised
**${(100 * chosen.promised).toFixed(2)}** points over the reference.
On the seed that took no part in the choice it kept
**${(100 * chosen.kept).toFixed(2)}** points.`);

// %% [markdown]
// Where the second number is smaller than the first, the gap is the price of choosing: part of what made the winner win was luck, and luck does not come again.
//
// ## 8. All tables
//
// There is a table for every switch. The left column below is the name to use. The right one says with how many training images a class it was measured.

// %%
cs.showTable(cs.storedIndex(tables));

// %% [markdown]
// **Choose one.** Change `tableName` or `images`, and run the cell: the table, its figure, and what may be said of it. (Where a table was not measured, the cell says how to do it.) Before you look: what do you expect of the queue's length, of the weight $\beta$, of the contrast's family?

// %%
const tableName = 'margin';
const images = 5;
const choice: cs.StoredQuery = { table: tableName, results: results, shots: images };
cs.showStored(choice);
const stored = cs.storedTable(choice);
if (stored) cs.say(cs.conclusionText(cs.conclude(stored)));

// %% [markdown]
// **What we saw.** Where the sentences say *cannot be told*, no value of the switch was shown to be better. Then take the cheapest, and do not tell a story about the largest number. Now choose `'view'` with 10 images. What does its row *a second ordinary view* say about SSDP's crop?
//
// ## 9. An ablation of your own, live
//
// The same three rows, trained here: the small network of the preset `tiny`, drawn leaves, two seeds. A bar shows the time left. **Add a name to the list** (`'SSDP'`, `'DDL'`, `'SSDT'`, ...) and run again.

// %% tags=["varies-wholly"]
const dataset = await cs.openDataset(datasetName);
const tiny = cs.livePreset(presetName, {
  dataset: { name: datasetName },
  training: { epochs: 20 },
});
const names = ['baseline', 'two views (control)', 'SSDP + DDL + SSDT'];
const variants = cs.tableNamed('modules').variants(tiny).filter(({ name }) => names.includes(name));
const runs = await cs.trainVariants(dataset, variants, { seeds: [seed, seed + 1] });
cs.showTable(cs.liveTable(runs));
if (runs.some(({ stopped }) => !stopped)) cs.show(cs.liveBars(runs));
cs.say(cs.liveVerdicts(runs, 'two views (control)'));

// %% [markdown]
// **What we saw: nothing.** Two seeds of a network that starts from nothing, for a few seconds. The interval of two values uses $t_1 = 12.7$, so it is enormous; it may even reach below zero, where no accuracy can be. This cell shows *how* an ablation runs. It proves nothing about CSDNet.
//
// **How to make a real one.** In a terminal, in the folder of the project:
//
// ```
// npm run reproduce                                    # the modules on leaf80, 3 seeds: about 10 min on two cores
// npm run reproduce -- --table margin --seeds 5        # one switch
// npm run reproduce -- --table all --shots 5 --dry-run # what it would run, and how long that takes
// npm run reproduce -- --dataset /path/to/my/leaves --shots 5 --seeds 5
// ```
//
// `--shots` is the number of training images a class, drawn anew by each seed. Finished runs are kept and never trained twice, so you can stop and go on, and add seeds later. `--results FILE` puts the numbers into a file such as the one that this page reads.
//
// **Published numbers** of CSDNet, as later papers quote them, are for other data (cotton and soybean cultivars) and a far larger network (ViT-B/16 at 448 pixels). By all signs each is a single run, read at its best epoch on the test images. Do not hold them beside the numbers of this page. They answer another question.
//
// ## What we saw
//
// - An ablation is a list of records. What a variant changes can be printed.
// - Compare on the same seeds: pairing takes out the luck that both variants share.
// - The control with two ordinary views is the row to beat. The sentences under the modules table say which rows do.
// - An interval that holds zero means *cannot be told*, and the half-width says how large an effect would have been seen.
// - Among many rows, some leave out zero by luck. Count how many rows you looked at.
// - Choosing the best epoch, or the best row, on test images promises more than new seeds keep.
// - All of it is our reconstruction on small data. It is no statement about the paper's own tables.
//
// ## Try
//
// **1. Shared luck.** In section 2, add 10 to the second number of `a` *and* to the second number of `b`: both variants got easy images there. Does the paired interval get `'wider'`, `'narrower'`, or stay the `'same'`?

// %%
const answer1: cs.Answer = undefined;
cs.checkAnswer('ablations-paired', answer1);

// %% [markdown]
// **2. Luck.** A paper shows 60 rows of ablations with 95 % intervals. Suppose that none of its switches has any effect. How many intervals do you expect to leave out zero? (Section 4, with `rows = 60`, can help.)

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('ablations-luck', answer2, { rows: 60 });

// %% [markdown]
// **3. Seeds.** A module is hoped to add 1 point. How many seeds does the row in the middle need to show it in half of all repetitions? (Change `effect` in section 5.)

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('ablations-seeds', answer3, { spreads: spreads, effect: 1 });

// %% [markdown]
// **4. The claim.** In a table, the row of a module with two views is better than the *baseline* with its whole interval. Beside the *control*, its interval holds zero. What may you write? `'a'`: the module helps. `'b'`: the module has no effect. `'c'`: the row beats the baseline, but it is not shown that the module's idea is the reason.

// %%
const answer4: cs.Answer = undefined;
cs.checkAnswer('ablations-control', answer4);

// %% [markdown]
// **Onward.** Accuracy is one number. Where do the features go while it changes? [07: the queue atlas](07-queue-atlas.ipynb) looks.
