import { expect, it } from 'vitest';
import { deviceEnvironment, threadEnvironment } from './threads';

it('gives each lane a GPU of those that are named, in turn', () => {
  const of = (lane: number) => deviceEnvironment(lane, '2, 5,GPU-8932f937')['CUDA_VISIBLE_DEVICES'];
  expect([0, 1, 2, 3].map(of)).toEqual(['2', '5', 'GPU-8932f937', '2']);
});

it('leaves a process what it has where none or one is named', () => {
  for (const named of ['', '3', ' ', '-1']) expect(deviceEnvironment(1, named)).toEqual({});
  expect(deviceEnvironment(0, undefined)).toEqual({});
  expect(new Set(Object.values(threadEnvironment(3)))).toEqual(new Set(['3']));
});
