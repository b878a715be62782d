import { describe, expect, it } from 'vitest';
import { linkedConfusionHtml, type LinkedConfusion } from './confusion';
import { SCRIPT } from './confusion-script';

const pixel = (byte: number): string => `data:image/png;base64,${Buffer.from([byte, 1, 2]).toString('base64')}`;

const data: LinkedConfusion = {
  title: 'What is taken for what',
  names: ['a', '<b>"c"</b>', '</script>'],
  boundaries: [2],
  counts: [
    [1, 2, 0],
    [0, 3, 0],
    [1, 0, 2],
  ],
  pictures: [0, 1, 2, 3, 4, 5, 6].map(pixel),
  guesses: [
    { picture: 0, truth: 0, predicted: 1, probabilities: [0.25, 0.5] },
    { picture: 1, truth: 0, predicted: 1, probabilities: [0.125, 0.75] },
    { picture: 2, truth: 2, predicted: 0 },
  ],
  training: [[3], [4, 5], [6]],
};
const html = linkedConfusionHtml(data);

describe('linkedConfusionHtml', () => {
  it('holds each picture once and asks nobody for anything', () => {
    for (const source of data.pictures) expect(html.split(source)).toHaveLength(2);
    expect(html).not.toMatch(/https?:|src=|@import|url\(|fetch|XMLHttp/);
  });

  it('can choose the cells with pictures alone', () => {
    expect([...html.matchAll(/data-cell="([^"]*)"/g)].map(([, cell]) => cell)).toEqual(['0,1', '2,0']);
    expect(html).toContain('<td class="s2 d">1</td>');
    expect(html).toContain('<td class="s5 d">3</td>');
  });

  it('shows names as text, in the table and in the data', () => {
    expect(html).toContain('&lt;b&gt;');
    expect(html).not.toContain('<b>"c"</b>');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    const json = /<script type="application\/json">(.*)<\/script>/.exec(html)![1]!;
    expect(JSON.parse(json)).toMatchObject({ names: data.names, totals: [3, 3, 3], training: data.training });
  });

  it('calls the images what they are', () => {
    expect(html).toContain('"scored":"test"');
    expect(linkedConfusionHtml({ ...data, scored: 'validation' })).toContain('"scored":"validation"');
    expect(SCRIPT).not.toContain('test image');
  });

  it('says in words what is most confused, for where no script runs', () => {
    expect(html).toContain('<li>a was called &lt;b&gt;&quot;c&quot;&lt;/b&gt;: 2 of 3 images</li>');
    expect(linkedConfusionHtml({ ...data, counts: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] })).toContain('Nothing was confused'); // prettier-ignore
  });

  it('has a name of its content: the same for the same, another for another', () => {
    const name = (text: string): string => /data-linked="([0-9a-f]{12})"/.exec(text)![1]!;
    expect(linkedConfusionHtml(data)).toBe(html);
    expect(name(linkedConfusionHtml({ ...data, title: 'other' }))).not.toBe(name(html));
    expect(html).toContain(`[data-linked="${name(html)}"]:not([data-ready])`);
  });

  it('has a script that JavaScript can read', () => {
    expect(() => new Function(SCRIPT)).not.toThrow();
    expect(SCRIPT).not.toMatch(/innerHTML|eval\(/);
  });

  it('shrinks with many classes', () => {
    const names = Array.from({ length: 80 }, (_, c) => `class ${c}`);
    const big = linkedConfusionHtml({
      ...{ title: 'big', names, pictures: [], guesses: [], training: names.map(() => []) },
      counts: names.map((_, t) => names.map((__, p) => Number(t === p))),
    });
    expect(big).toContain('class="csdnet-linked small"');
    expect(big.length).toBeLessThan(250_000);
  });

  it('refuses what does not fit', () => {
    expect(() => linkedConfusionHtml({ ...data, counts: [[1]] })).toThrow('counts is not 3 x 3');
    expect(() => linkedConfusionHtml({ ...data, training: [[1]] })).toThrow('training pictures of 1 classes');
    expect(() => linkedConfusionHtml({ ...data, training: [[9], [], []] })).toThrow('among the 7 pictures');
    expect(() => linkedConfusionHtml({ ...data, guesses: [{ picture: 0, truth: 3, predicted: 0 }] })).toThrow(
      'class 3',
    );
    expect(() => linkedConfusionHtml({ ...data, pictures: ['x" onerror="y', ...data.pictures.slice(1)] })).toThrow(
      'no JPEG or PNG',
    );
  });
});
