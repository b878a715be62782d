import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import { CARD_MARK, modelCard } from './card';
import type { CardForm, CardRun } from './card';
import type { SavedModel } from './model-file';

const classNames = ['a', 'b|c', '<script>x</script>', 'd', 'e'];
const model: Omit<SavedModel, 'values'> = {
  config: preset('laptop', { dataset: { name: '/home/somebody/data/cotton80', trainPerClass: 3 }, seed: 2 }),
  ...{ classes: 5, classNames, createdBy: { csdnet: '0.1.0', tfjs: '4.22.0' }, run: '0123456789ab', weights: 'feed' },
};
const run: CardRun = {
  dataset: { name: 'cotton80', fingerprint: 'ab'.repeat(32), classes: 5, train: 15, tests: { test: 10 } },
  evaluation: {
    test: {
      ...{ images: 10, top1: 0.456, top5: 0.9, nll: 1.2345, perClass: [0, 0.5, 0.25, 1, null], predictions: [] },
      confusion: [
        [0, 1, 2],
        [1, 1, 2],
        [2, 2, 1],
        [2, 0, 3],
        [3, 3, 2],
      ],
    },
  },
  provenance: {
    ...{ csdnet: '0.1.0', commit: null, node: 'v22.0.0', tfjs: '4.22.0', tensorflow: '2.21.0', device: 'CPU' },
    ...{ cpu: 'Some CPU (2 cores)', threads: '1', command: 'node /home/somebody/secret.js' },
  } as CardRun['provenance'],
};
const FORMS: readonly CardForm[] = [{ kind: 'timm' }, { kind: 'web' }, { kind: 'csdnet', file: 'cotton.safetensors' }];

describe('modelCard', () => {
  it.each(FORMS)('says what the model is, for $kind', (form) => {
    const card = modelCard(model, form, run);
    expect(card.split('\n').slice(0, 2)).toEqual(['---', CARD_MARK]);
    const headings = [...card.matchAll(/^#+ (.*)$/gm)].map(([, text]) => text).slice(1);
    expect(headings).toEqual([
      'cotton80: efficientnet-lite0, CSDNet (reconstruction)',
      ...['What it is', 'Trained on', 'Scores', 'For what, and for what not', 'How to load it', 'The whole recipe'],
    ]);
    expect(card).toContain('This is a **reconstruction**');
    expect(card).toContain('15 training images of 5 classes (3 a class, drawn by the seed); test images: 10 in test.');
    expect(card).toContain('| test | 10 | 45.6 | trivial | 1.234 |');
    expect(card).toMatch(/the last epoch, one seed \(2\).*Chance is 20\.0 %/);
    expect(card).toMatch(/contrast\.margin += 0\.4\n/);
  });

  it('calls no held-out training image a test image', () => {
    const config = preset('laptop', { dataset: { ...model.config.dataset, validation: 'holdout:1' } });
    const { test } = run.evaluation;
    const chosen = {
      ...run,
      dataset: { ...run.dataset, tests: { validation: 10 } },
      evaluation: { validation: test! },
    };
    const card = modelCard({ ...model, config }, FORMS[2]!, chosen);
    expect(card).toContain('held-out training images: 10 in validation.');
    expect(card).toMatch(/scored on training images that were held out \(holdout:1\), no test image was read\. Chance/);
    expect(card).not.toMatch(/test images: \d|\| Test images \|/);
  });

  it('tells what a reader must know of the data, as the record has it', () => {
    const noted = { ...run, dataset: { ...run.dataset, notes: ['the split is drawn <by a program>'] } };
    expect(modelCard(model, FORMS[0]!, noted)).toMatch(/\nOf the data: the split is drawn .*by a program/);
    expect(modelCard(model, FORMS[0]!, run)).not.toContain('Of the data');
  });

  it('names no folder of the machine and none of its commands', () => {
    for (const form of FORMS) expect(modelCard(model, form, run)).not.toMatch(/\/home|somebody\/|secret/);
  });

  it('tells how it is loaded', () => {
    const [timm, web, own] = FORMS.map((form) => modelCard(model, form, run));
    expect(timm).toContain("timm.create_model('local-dir:FOLDER', pretrained=True)");
    expect(web).toContain("tf.loadGraphModel('FOLDER/model.json')");
    expect(web).toContain('float32 [n, 96, 96, 3]');
    expect(own).toContain('export "cotton.safetensors" --to web');
    expect(timm).toContain('It sees the centre square, resized to 96 x 96.');
  });

  it('names the ends of the classes as text, with the images they rest on', () => {
    const card = modelCard(model, FORMS[0]!, run);
    expect(card).toMatch(
      /\| a \| 0\.0 \| 2 \|\n\| &lt;script&gt;x&lt;\/script&gt; \| 25\.0 \| 4 \|\n\| \.\.\. \| {2}\| {2}\|\n\| d \| 100\.0 \| 2 \|\n\| b\\\|c \| 50\.0 \| 2 \|/,
    );
    expect(card).not.toContain('<script>');
  });

  it('has a head that YAML reads, with the score and its protocol', () => {
    const head = modelCard(model, FORMS[0]!, run).split('---\n')[1]!;
    expect(head).toContain('library_name: timm\n');
    expect(head).toContain('dataset: {name: "cotton80", type: "cotton80", split: "test"}');
    expect(head).toContain('metrics: [{type: accuracy, value: 0.456, name: "Top-1, last epoch, one seed"}]');
  });

  it('says what is not known without a record, and what drawn leaves are worth', () => {
    const card = modelCard({ ...model, run: undefined, weights: undefined }, FORMS[0]!);
    expect(card).toContain('Not known here: the record of the run was not there.');
    expect(card).toContain('started from random numbers');
    expect(card).not.toContain('model-index');
    const drawn = { ...model, config: preset('laptop') };
    expect(modelCard(drawn, FORMS[0]!)).toContain('drawn by a program');
    expect(card).not.toContain('drawn by a program');
  });
});
