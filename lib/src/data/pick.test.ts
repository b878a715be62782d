import { describe, expect, it } from 'vitest';
import { syntheticImages } from '../testing/images';
import { gather } from './batches';
import { pickImages } from './pick';

const images = syntheticImages({ classes: 3, perClass: 4, size: 8 });
const positions = [11, 0, 5, 4];

describe('pickImages', () => {
  it('is the images at the positions, in their order', async () => {
    const picked = pickImages(images, positions);
    expect(picked.count).toBe(4);
    expect(picked.names).toEqual(positions.map((i) => images.names[i]));
    expect([...picked.labels]).toEqual(positions.map((i) => images.labels[i]));
    expect(await picked.read([3, 3, 0])).toEqual(gather(images, [4, 4, 11]));
  });

  it('picks of a pick', async () => {
    expect(await pickImages(pickImages(images, positions), [2]).read([0])).toEqual(gather(images, [5]));
  });

  it('refuses what is not there', async () => {
    expect(() => pickImages(images, [12])).toThrow(/pickImages: the index 12 at place 0; allowed: 0..11/);
    await expect(pickImages(images, positions).read([4])).rejects.toThrow(
      /read: the index 4 at place 0; allowed: 0..3/,
    );
  });
});
