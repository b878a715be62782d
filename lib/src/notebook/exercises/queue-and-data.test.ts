import { describe, expect, it } from 'vitest';
import { ddlQueueExercises as queue } from './ddl-queue';
import { yourDataExercises as data } from './your-data';

const numbers = {
  F: [[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0], [0, 0, 1]],
  ...{ y: [0, 0, 1, 1], Q: [[0, 1, 0], [1, 0, 0], [0, 0.6, 0.8]], yQ: [1, 0, 0], margin: 0.5 },
}; // prettier-ignore

describe('the exercises of the queue', () => {
  it('count the steps until a batch is gone', () => {
    const given = { length: 256, batch: 20 };
    expect(queue['queue-gone'].judge(13, given).right).toBe(true);
    expect(queue['queue-gone'].judge(12, given)).toMatchObject({
      right: false,
      because: expect.stringContaining('240'),
    });
    expect(queue['queue-gone'].judge(8, { length: 160, batch: 20 }).right).toBe(true);
    expect(queue['queue-gone'].judge(20, given).because).toContain('How many rows');
  });

  it('count the pairs that push, and know the usual wrong counts', () => {
    expect(queue['queue-pushing'].judge(3, numbers).right).toBe(true);
    expect(queue['queue-pushing'].judge(4, numbers).because).toContain('margin 0.4');
    expect(queue['queue-pushing'].judge(6, numbers).because).toContain('every pair');
    expect(queue['queue-pushing'].judge(1, numbers).because).toContain('Read the cosines');
  });

  it('explain each choice', () => {
    expect(queue['queue-long'].judge('copies', undefined).right).toBe(true);
    expect(queue['queue-infonce'].judge('classmates', undefined).right).toBe(true);
    for (const wrong of ['images', 'fresh', 'cost'])
      expect(queue['queue-long'].judge(wrong, undefined).because).not.toContain('Choose one of');
  });
});

describe('the exercises of your data', () => {
  it('compute the number of images for an interval', () => {
    const given = { halfWidth: 3 };
    expect(data['your-images'].judge(1067, given).right).toBe(true);
    expect(data['your-images'].judge(267, given).because).toContain('each side');
    expect(data['your-images'].judge(278, given).because).toMatch(/standard error|each side/);
    expect(data['your-images'].judge(5000, given).because).toContain('Solve');
  });

  it('explain each choice', () => {
    expect(data['your-choice'].judge('validation', undefined).right).toBe(true);
    expect(data['your-plants'].judge('plants', undefined).right).toBe(true);
    expect(data['your-plants'].judge('seeds', undefined).because).toContain('Every seed');
  });
});
