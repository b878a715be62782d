import { describe, expect, it } from 'vitest';
import { atlasHtml, type Atlas } from '.';
import { sceneOf, startFrame } from './scene';
import { ATLAS_SCRIPT } from './script';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';
const item = (label: number, split: string) => ({ label, split, name: `${label}-${split}.png`, thumbnail: PIXEL + label + split }); // prettier-ignore
const ATLAS: Atlas = {
  title: 'Leaves & <more>',
  classNames: ['a', '</script><b>'],
  groupNames: ['oak', 'ash'],
  groupOf: [0, 1],
  items: [item(0, 'train'), item(1, 'train'), item(1, 'test')],
  frames: [
    { variant: 'full', epoch: 4, places: [0, 0, 1, 0, 1, 1], rows: [{ item: 0, age: 3, at: [0, 1], now: [0, 0] }], note: 'good' }, // prettier-ignore
    { variant: 'full', epoch: 1, places: [0, 0, 4, 0, 4, 2], rows: [], note: 'early' },
    { variant: 'baseline', epoch: 4, places: [0, 0, 1, 0, 2, 1], rows: [], note: 'plain' },
  ],
};

describe('the scene', () => {
  const scene = sceneOf(ATLAS);
  it('places all frames by one scale, y upwards, inside the picture', () => {
    const [late, early] = scene.frames;
    const wide = ({ places }: { places: readonly number[] }) => places[2]! - places[0]!;
    expect(wide(early!)).toBeCloseTo(4 * wide(late!), 0);
    expect(early!.places[5]!).toBeLessThan(early!.places[3]!);
    for (const { places } of scene.frames) for (const v of places) expect(v >= 0 && v <= 560).toBe(true);
    expect(late!.rows[0]!.slice(0, 2)).toEqual([0, 3]);
    expect(late!.rows[0]!.slice(4)).toEqual(late!.places.slice(0, 2));
  });

  it('starts at the last epoch of the first variant', () => {
    expect(startFrame(scene)).toBe(0);
  });
});

describe('atlasHtml', () => {
  const html = atlasHtml(ATLAS);

  it('is one piece that fetches nothing', () => {
    expect(html).not.toMatch(/(src|href)="(?!data:)|https?:\/\/(?!www\.w3\.org\/2000\/svg)|import\(|fetch\(/);
  });

  it('holds every picture once', () => {
    for (const { thumbnail } of ATLAS.items) expect(html.split(`${thumbnail}"`).length).toBe(2);
  });

  it('keeps what comes from outside from being read as HTML', () => {
    expect(html).not.toContain('</script><b>');
    expect(html).not.toContain('<more>');
    const json = /<script type="application\/json">(.*?)<\/script>/s.exec(html)![1]!;
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(sceneOf(ATLAS))));
  });

  it('shows a still picture and says so where no script runs', () => {
    expect(html.match(/class="point"/g)!.length).toBe(3);
    expect(html).toContain('Scripts do not run here');
    expect(html).toContain('<p class="note">full, epoch 4: good</p>');
  });

  it('has names of its own for each content, and the same text for the same content', () => {
    const names = (text: string) => [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    const other = names(atlasHtml({ ...ATLAS, title: 'Another' }));
    expect(other.length).toBe(2);
    expect(names(html).filter((id) => other.includes(id))).toEqual([]);
    expect(atlasHtml(ATLAS)).toBe(html);
  });

  it('asks JupyterLab to leave the keys to it', () => {
    expect(html).toContain('data-lm-suppress-shortcuts="true"');
  });

  it('refuses parts that do not fit', () => {
    const frame = ATLAS.frames[0]!;
    expect(() => atlasHtml({ ...ATLAS, items: [] })).toThrow(/item and a frame/);
    expect(() => atlasHtml({ ...ATLAS, frames: [{ ...frame, places: [1, 2] }] })).toThrow(/2 numbers for 3 items/);
    expect(() => atlasHtml({ ...ATLAS, items: [item(5, 'test')] })).toThrow(/class 5; allowed: 0 to 1/);
    const linked = { ...item(0, 'test'), thumbnail: 'leaf.png' };
    expect(() => atlasHtml({ ...ATLAS, items: [linked] })).toThrow(/data URI/);
    const beyond = [{ item: 9, age: 0, at: [0, 0], now: [0, 0] }] as const;
    expect(() => atlasHtml({ ...ATLAS, frames: [{ ...frame, rows: beyond }] })).toThrow(/item 9/);
  });
});

it('the script is a script: it parses, and a small one', () => {
  expect(() => new Function(ATLAS_SCRIPT)).not.toThrow();
  expect(ATLAS_SCRIPT.length).toBeLessThan(8000);
});
