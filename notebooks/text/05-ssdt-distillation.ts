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
// # SSDT: one view teaches the other
//
// **The question.** The third module of CSDNet works on the logits. One view of an image teaches the other one. What is in such a lesson? Who moves? And does the teacher know more than its pupil?
//
// **The claim** of the paper (Fang, Jiang, Tang and Li): *self-distillation* between raw and augmented samples draws on the structure of the few training images, with no extra annotation. The paper's equation was not at hand. The one below is **our reconstruction**, built after CS-KD, a close relative. What the sources leave open is a switch.
//
// $$L_\text{SSDT} = T^2 \sum_c p_c \ln\frac{p_c}{q_c}, \qquad p = \text{softmax}(z'/T), \quad q = \text{softmax}(z/T)$$
//
// $z$ are the **logits** of the raw view: one number for each class, before the softmax. $z'$ are those of the second view. The default: the second view is the **teacher** ($p$), the raw view the **student** ($q$), the **temperature** $T$ is 4. We take the equation apart, one letter at a time.

// %% tags=["parameters"]
import * as cs from 'csdnet';

let datasetName = 'leaf20'; // leaf20, leaf80, or a folder in the published layout
let presetName: cs.PresetName = 'tiny'; // of the live runs
let seed = 1;
let T = 4; // temperature

// %% [markdown]
// ## 1. What a softened target says
//
// A label says "class 2" and no more. The logits say more. Take $z = (0, 0, 3)$, then $z = (0, 1, 2)$: both prefer class 2, but the second adds "and rather class 1 than class 0". Distillation wants the student to hear that.
//
// After a softmax the largest logit drowns the others. So the logits are first divided by a temperature $T$:
//
// $$q_c = \frac{e^{z_c/T}}{\sum_k e^{z_k/T}}$$
//
// **By hand**, for $(0, 1, 2)$. At $T = 1$ the shares are about 9, 24 and 67 percent. Before you run the cell: will class 0 get more or less at $T = 4$?

// %%
const logits = [0, 1, 2];
const share = (values: number[]) => values.map((v) => v / values.reduce((a, b) => a + b, 0));
const soften = (row: number[], t: number) => share(row.map((v) => Math.exp(v / t)));
cs.showEqual({
  'T = 1': [soften(logits, 1), cs.softened(logits, 1)],
  [`T = ${T}, yours`]: [soften(logits, T), cs.softened(logits, T)],
  'T = 100': [soften(logits, 100), cs.softened(logits, 100)],
});

// %% [markdown]
// **How much does it say?** The *entropy* $-\sum_c q_c \ln q_c$ measures how undecided a distribution is. It is 0 when one class has everything, and $\ln 3$ when three classes share equally.
//
// The figure follows it over $T$, for three rows of logits. Look at both ends: at small $T$ the lines go towards 0, at large $T$ all of them meet at the dotted line, where a target says nothing any more.

// %%
const temperatures = [0.25, 0.5, 1, 2, 4, 8, 16];
const entropies = (row: number[]) =>
  temperatures.map((t) => cs.entropyOf(cs.softened(row, t)));
cs.show(cs.linesFigure({
  'z = (0, 1, 2)': entropies([0, 1, 2]),
  'z = (0, 0, 3)': entropies([0, 0, 3]),
  'z = (0, 3, 6)': entropies([0, 3, 6]), // change this row and run again
  'the most, ln 3': { y: temperatures.map(() => Math.log(3)), dash: 'dot' },
}, { x: temperatures, log: 'x', title: 'How undecided a softened prediction is',
  xTitle: 'Temperature T (doubling)', yTitle: 'Entropy (nats)',
  caption: 'Each line is one row of logits. Low: sure of one class. High: all classes alike.' }));

// %% [markdown]
// **What we saw.** $(0, 3, 6)$ is $(0, 1, 2)$ times 3, so it needs three times the temperature to be as undecided. Temperature and the size of the logits are two sides of one thing. A good $T$ lies between both ends: soft enough to hear the small classes, not so soft that all rows say the same.
//
// ## 2. The distance between two predictions
//
// The **Kullback-Leibler divergence** (KL) tells how far $q$ is from $p$. It is 0 only where both are equal, and it is *not symmetric*: swap the two and it changes.
//
// **By hand**, for two images and three classes: $z$ is the student, $w$ (for $z'$) the teacher. We take the mean over both images, times $T^2$.

// %%
const z = [[2, 1, 0], [0, 0, 3]];
const w = [[1, 1, 1], [0, 1, 2]];
const kl = (p: number[], q: number[]) => p.reduce((sum, v, c) => sum + v * Math.log(v / q[c]), 0);
const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const cost = (teacher: number[][], student: number[][], t: number) =>
  average(teacher.map((row, i) => t ** 2 * kl(soften(row, t), soften(student[i], t))));
const fromLib = (teacher: number[][], student: number[][], t: number) =>
  average(cs.distillLoss(teacher, student, t));
cs.showEqual({
  'w teaches z, T = 1': [cost(w, z, 1), fromLib(w, z, 1)],
  'w teaches z, T = 4': [cost(w, z, 4), fromLib(w, z, 4)],
  'z teaches w, T = 1': [cost(z, w, 1), fromLib(z, w, 1)],
  'z teaches w, T = 4': [cost(z, w, 4), fromLib(z, w, 4)],
});

// %% [markdown]
// **What we saw.** The direction matters more at $T = 1$ than at $T = 4$. The softer both are, the more the divergence looks like a plain squared distance, and that has no direction.
//
// ## 3. Why $T^2$? The gradient
//
// A loss acts through its **gradient**: how it changes when a logit changes a little. For the student it is short:
//
// $$\frac{\partial L}{\partial z_c} = T^2 \cdot \frac{1}{T}\,(q_c - p_c) = T\,(q_c - p_c)$$
//
// Where the student gives a class too much ($q_c > p_c$), the gradient is positive, and descent lowers that logit.
//
// **By hand**, without any calculus: push one logit up by $h$, push it down by $h$, compare. The library's column comes from the tape that training uses.

// %%
const h = 1e-4;
const pushed = (i: number, c: number, by: number) =>
  z.map((row, k) => (k === i ? row.map((v, j) => (j === c ? v + by : v)) : row));
const slope = (i: number, c: number) =>
  (2 * (cost(w, pushed(i, c, h), T) - cost(w, pushed(i, c, -h), T))) / (2 * h); // mean -> sum
const lesson = cs.distillLesson({ raw: z, second: w }, { temperature: T });
const formula = z.map((row, i) =>
  soften(row, T).map((q, c) => T * (q - soften(w[i], T)[c])));
cs.showEqual({
  'image 1, numeric': [[0, 1, 2].map((c) => slope(0, c)), lesson.toRaw[0]],
  'image 2, numeric': [[0, 1, 2].map((c) => slope(1, c)), lesson.toRaw[1]],
  'image 1, formula': [formula[0], lesson.toRaw[0]],
});

// %% [markdown]
// Now the factor. The difference $q - p$ shrinks like $1/T$ as $T$ grows, because both become flat, and the derivative of $z/T$ gives another $1/T$. So without a correction the gradient shrinks like $1/T^2$, and changing $T$ would secretly change the weight of the lesson. Both axes of the figure are logarithmic, so $1/T^2$ is a straight line downwards. Look at the right half, from $T = 2$ on.

// %%
const sizes = temperatures.map((t) =>
  cs.gradientSize(cs.distillLesson({ raw: z, second: w }, { temperature: t }).toRaw));
cs.show(cs.linesFigure({
  'with T^2': sizes,
  'without it': { y: sizes.map((v, k) => v / temperatures[k] ** 2), dash: 'dash' },
}, { x: temperatures, log: 'both', title: 'The size of the gradient on the student',
  xTitle: 'Temperature T (doubling)', yTitle: 'Size of the gradient (logarithmic)',
  caption: 'With the factor the gradient settles at one size; without it, it fades away.' }));
const at = (t: number) => sizes[temperatures.indexOf(t)];
cs.say(`With $T^2$ the gradient is **${at(1).toFixed(3)}** at $T = 1$ and **${at(8).toFixed(3)}** at
$T = 8$. Without it, it is **${(at(8) / 64).toFixed(4)}** at $T = 8$.`);

// %% [markdown]
// ## 4. Who teaches, and who moves?
//
// Both views go through one network with the same weights; *fixed* only means that no gradient flows through that view's logits in this step. Three **directions** are possible. `augToRaw` (default): the second view teaches the raw one. `rawToAug`: the other way round. `symmetric`: the mean of both.
//
// And one more question: is the teacher **held fixed** (`stopGradient`)? KL has a gradient on both sides. Without a stop, the loss may also be lowered by pulling the *teacher* towards the student: two pupils who copy from each other. They can agree on something wrong.
//
// The bars show the size of the gradient on $z$ and on $z'$, for all six combinations. Which bars should be missing?

// %%
const directions = ['augToRaw', 'rawToAug', 'symmetric'] as const;
const lessons: Record<string, cs.Lesson> = {};
for (const direction of directions) {
  for (const stopGradient of [true, false]) {
    const options = { direction: direction, stopGradient: stopGradient, temperature: T };
    const name = `${direction}, ${stopGradient ? 'fixed' : 'both move'}`;
    lessons[name] = cs.distillLesson({ raw: z, second: w }, options);
  }
}
cs.show(cs.lessonsFigure(lessons), { save: 'ssdt-who-moves' });

// %% [markdown]
// **What we saw.** With the teacher fixed, each one-way lesson leaves exactly one view alone. The symmetric one moves both in any case, because each view is once the student; each gets half a lesson.
//
// ## 5. Two more switches: what is compared, and with whom
//
// **`divergence`.** KL can be split. Let $y$ be the label. One part asks how sure of $y$ both are ($\text{TCKD}$, the target part); the other asks how they rank the *remaining* classes among themselves ($\text{NCKD}$):
//
// $$\text{KL} = \text{TCKD} + (1 - p_y)\,\text{NCKD}$$
//
// So a teacher that is sure of $y$ hides what it knows of the rest: $1 - p_y$ is then nearly 0. The **decoupled** form (Zhao and others, CVPR 2022) gives both parts weights of their own.
//
// **`teacher`.** `view`: the other view's logits teach. `ensemble`: the mean of both, $(z + z')/2$, teaches. It stands halfway, so its lesson is smaller.
//
// The cell takes both parts from the library, puts them together by hand, and compares with the plain divergence. Then it does the same for the ensemble.

// %%
const labels = [0, 2];
const pair = { raw: z, second: w, labels: labels };
const part = (targetWeight: number, othersWeight: number) =>
  cs.distillLesson(pair, { divergence: 'decoupled', temperature: T,
    targetWeight: targetWeight, othersWeight: othersWeight }).losses;
const [target, others] = [part(1, 0), part(0, 1)];
const joined = target.map((t, i) => t + (1 - soften(w[i], T)[labels[i]]) * others[i]);
const both = z.map((row, i) => row.map((v, c) => (v + w[i][c]) / 2));
const ensemble = cs.distillLesson(pair, { teacher: 'ensemble', temperature: T }).losses;
cs.showEqual({
  'plain KL from its parts': [joined, cs.distillLesson(pair, { temperature: T }).losses],
  'ensemble teacher': [average(ensemble), cost(both, z, T)],
});
cs.say(`Taught by the other view: ${cost(w, z, T).toFixed(3)}. By the mean of both:
**${average(ensemble).toFixed(3)}**, about a quarter: half the distance, squared.`);

// %% [markdown]
// ## 6. Live, on leaves
//
// Now with images. We train three small networks that differ in one term. The preset is `tiny`: from scratch, 64 pixels. DDL is off, so that only SSDT speaks. All three get two views, the raw one and a crop from the network's own saliency; so the crops differ.
//
// **Change this:** try $T = 1$, the direction `'rawToAug'`, the `'ensemble'`, or a heavier `weight`, and run the cell again.

// %% tags=["varies"]
const dataset = await cs.openDataset(datasetName);
const patch = { seed: seed, dataset: { name: datasetName }, training: { epochs: 25 } };
const tiny = cs.livePreset(presetName, patch);
const full = cs.without(tiny, 'contrast');
const variants = [
  { name: 'without SSDT', why: 'two views, no lesson', config: cs.without(full, 'distill') },
  { name: `SSDT, T = ${T}`, why: 'default',
    config: cs.withTerm(full, 'distill', { temperature: T }) },
  { name: 'SSDT, raw teaches', why: 'the other direction', // change this
    config: cs.withTerm(full, 'distill', { direction: 'rawToAug' }) },
];
const runs = await cs.trainVariants(dataset, variants);
cs.showTable(cs.liveTable(runs));
cs.show(cs.liveBars(runs, { title: 'Live: with and without SSDT' }));

// %% [markdown]
// **What the term asked for.** SSDT wants both views to say the same. We send the test images through two of the networks and look at one: the image on which SSDP zooms in most, so that the two views really differ. In each figure, left: what both views say at $T = 1$; right: softened. The first figure is the network trained *without* SSDT, the second one *with* it. Compare how far the blue and the orange bars are apart.

// %% tags=["varies"]
const every = dataset.classNames.map((_, c) => c);
const samples = cs.pickSamples(dataset, runs[0].split, every, 10);
const before = await cs.lookAtViews(runs[0].model, dataset, samples);
const after = await cs.lookAtViews(runs[1].model, dataset, samples);
const area = ({ box: b }: cs.ViewLook) => b.height * b.width;
const zoomed = before.map((one, i) => area(one) + area(after[i]));
const i = zoomed.indexOf(Math.min(...zoomed));
for (const [title, look] of [['without', before[i]], ['with', after[i]]] as const) {
  const options = { temperatures: [1, T], names: dataset.classNames };
  const { raw, cut } = look.logits;
  cs.show(cs.softFigure(raw, cut, { ...options, title: `Trained ${title} SSDT` }));
}

// %% [markdown]
// One image proves nothing, so we ask all test images. The table has one row a network. *Box* says how much of the view the crop shows. The next two columns say whether the views agree: how often they name the same class, and how far apart their predictions are (KL).
//
// **Is the teacher better than its student?** A lesson only makes sense if the second view knows more. The last column is its lead over the raw view, paired image by image. Above zero: the teacher knows more. Across zero: we cannot tell. Below zero: the pupil knows more than its teacher.

// %% tags=["varies"]
const swapped = await cs.lookAtViews(runs[2].model, dataset, samples);
const blank = await cs.lookAtViews(runs[1].config, dataset, samples); // before training
const agreements = {
  'before training': cs.viewAgreement(blank),
  'without SSDT': cs.viewAgreement(before),
  [runs[1].name]: cs.viewAgreement(after),
  [runs[2].name]: cs.viewAgreement(swapped),
};
cs.showTable(cs.agreementTable(agreements));
const [without, lesson4] = [agreements['without SSDT'], agreements[runs[1].name]];
const points = (v: number) => (100 * v).toFixed(1);
cs.say(`With SSDT the KL between the views is **${lesson4.kl.toFixed(3)}** instead of
${without.kl.toFixed(3)}. The teacher's lead is **${points(lesson4.gain.mean)}** points
(${points(lesson4.gain.low)} to ${points(lesson4.gain.high)}), on ${after.length} images.`);

// %% [markdown]
// **What we saw.** In these runs, with a lesson (and with different crops: see *Box*), the predictions of the two views lie closer together. They need not name the same class more often, for the loss asks for like *predictions*, not for like winners. And the first row warns us: before training the distance is smallest of all, because a network that knows nothing says the same about everything. Agreement is not knowledge.
//
// But closer to *what*? In the runs that are kept with this page no trained network has a second view that leads. [03](03-ssdp-views.ipynb) showed why it need not: the crop finds the leaf, not the difference, and at test time it may cut something off. Two views that agree are not two views that are right.
//
// ## 7. The full result
//
// Three live runs with one seed cannot rank anything. The stored runs can do better: grapevine5, photographs of leaves of 5 grapevine cultivars, 5 training images a class, a pretrained network, 5 seeds. `default` is the full model with $T = 4$, $\beta = 1$, the second view as a fixed teacher. A dot left of the line is worse than that default on the same seeds; an interval across the line cannot tell.
//
// First how much the lesson weighs ($\beta$), and how soft it is ($T$).

// %%
cs.showStored({ table: 'beta', results: 'grapevine5', shots: 5 });
cs.showStored({ table: 'temperature', results: 'grapevine5', shots: 5 });

// %% [markdown]
// **What we saw.** No temperature can be told from $T = 4$. A lesson of double weight is worse. Now who teaches, what teaches, and which parts of the divergence count.

// %%
cs.showStored({ table: 'direction', results: 'grapevine5', shots: 5 });
cs.showStored({ table: 'teacher', results: 'grapevine5', shots: 5 });
cs.showStored({ table: 'divergence', results: 'grapevine5', shots: 5 });

// %% [markdown]
// **What we saw.** Neither the direction, nor the stop of the gradient, nor the ensemble makes a difference that these five seeds agree on. One thing does, and it does harm: the decoupled divergence with the weight 8 that its authors use. A likely reason, which these runs do not test: a lesson eight times as strong drowns the label. Where those authors use it, a large trained teacher speaks; here a network listens to itself.
//
// And is SSDT worth anything at all? The modules table answers that against the control, which has two views (raw and a second *ordinary* one, no crop) and no lesson.

// %%
const words = [3, 5, 10].map((shots) => {
  const found = cs.storedTable({ table: 'modules', results: 'grapevine5', shots: shots });
  const { toControl } = found.rows.find(({ name }) => name === 'SSDT');
  const { mean, low, high } = toControl;
  return `| ${shots} | ${points(mean)} | ${points(low)} to ${points(high)} |`;
});
cs.say(`| Images a class | SSDT minus control, points | 95 % interval |
|---|---|---|
${words.join('\n')}`);

// %% [markdown]
// ## What we saw
//
// - A softened prediction says more than a label. $T$ decides how much of the small classes is heard; $T^2$ keeps the weight of the lesson nearly the same from $T = 2$ on.
// - KL has a direction, and a gradient on both sides. The stop-gradient decides who moves.
// - SSDT asks both views for like predictions; in the live runs the divergence fell. Whether that helps depends on whether the teacher knows more, and in these live runs it never led; in one it was worse.
// - On photographs SSDT cannot be told from the control that has two views and no lesson, with 3, 5 or 10 images a class. Too strong a lesson does harm. This is our reconstruction with untuned weights; it says nothing about the paper's own numbers.
//
// ## Try
//
// Write in place of `undefined`, and run the cell.
//
// **1. Nothing left to say.** What does the entropy of a prediction over 3 classes become when $T$ grows without end? (A number with three digits.)

// %%
const answer1: cs.Answer = undefined;
cs.checkAnswer('ssdt-entropy', answer1, { classes: logits.length });

// %% [markdown]
// **2. Who moves?** The direction is `rawToAug`, and the teacher is held fixed. Whose logits get a gradient from SSDT: `'raw'`, `'second'` or `'both'`?

// %%
const answer2: cs.Answer = undefined;
cs.checkAnswer('ssdt-moves', answer2);

// %% [markdown]
// **3. Forgetting $T^2$.** Somebody leaves the factor out and goes from $T = 4$ to $T = 8$. How many times smaller does the gradient on the student `z` become? (`at(4)` and `at(8)` of section 3 are sizes *with* the factor: undo it, then take the ratio.)

// %%
const answer3: cs.Answer = undefined;
cs.checkAnswer('ssdt-factor', answer3, { z: z, w: w });

// %% [markdown]
// Onward: [06: the ablations](06-ablations.ipynb). There all modules and switches are put to the test together.
