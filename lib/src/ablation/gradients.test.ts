import { expect, it } from 'vitest';
import { findTerm } from '../config';
import { loadDataset } from '../data';
import type { Dataset } from '../data';
import { flatPng, writeFiles } from '../data/testing';
import { useStripes } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import { followGradients, gradientsTable } from './gradients';

let dataset: Dataset;
let cache = '';
useStripes(3, 4, (made) => {
  dataset = made.dataset;
  cache = `${made.root}/cache`;
});

it('takes the objective apart after each epoch, by the weights of that step', async () => {
  const config = smallConfig();
  const found = await followGradients(config, dataset, { cache });
  expect(found.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(found[1]!.terms.map(({ kind }) => kind)).toEqual(['classify', 'contrast', 'distill']);
  expect(found[1]!.terms[1]!.weight).toBe(findTerm(config, 'contrast')!.weight);
  const { rows } = gradientsTable(found, config, dataset);
  expect(rows).toHaveLength(6);
  expect(rows[0]).toMatchObject({ epoch: 1, kind: 'classify', share: 100, cosine: null });
});

it('gives a view that is made from the masks its masks', async () => {
  const masks = dataset.train.samples.map(
    async ({ name }) => [`masks/${name}`, await flatPng([255, 255, 255])] as const,
  );
  await writeFiles(dataset.root, Object.fromEntries(await Promise.all(masks)));
  const masked = await loadDataset(dataset.root, { dataDir: dataset.root });
  const config = smallConfig({ view: { saliency: 'truth' } });
  expect(await followGradients(config, masked, { cache })).toHaveLength(2);
});
