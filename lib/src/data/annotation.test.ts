import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFault, parseAnnotation, parseClasses } from './annotation';

const parse = (text: string) => parseAnnotation(text, 'anno/train.txt');

describe('parseAnnotation', () => {
  it('takes the last field as the label, so that names may hold spaces', () => {
    expect(parse('my leaf 3.png 12\n').entries).toEqual([{ name: 'my leaf 3.png', label: 12, line: 1 }]);
  });

  it('reads LF, CRLF and CR alike, skips blank lines and keeps the numbers of the lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { entries, problems } = parse(['a.png 1', '', '  ', 'b.png\t2', ''].join(end));
      expect(problems).toEqual([]);
      expect(entries.map(({ name, label, line }) => [name, label, line])).toEqual([
        ['a.png', 1, 1],
        ['b.png', 2, 4],
      ]);
    }
  });

  it('collects every bad line with its number and goes on', () => {
    const { entries, problems } = parse('a.png 1\nb.png\nc.png x\nd.png 1.5\ne.png -1\nf.png 2\n../g.png 2\n');
    expect(entries.map((entry) => entry.name)).toEqual(['a.png', 'f.png']);
    expect(problems).toHaveLength(5);
    expect(problems[0]).toMatch(/^anno\/train.txt:2: "b.png" has one field; allowed: .*; to mend it: write the label/);
    expect(problems[1]).toMatch(/^anno\/train.txt:3: the label "x" of "c.png" is not a whole number; allowed: /);
    expect(problems[2]).toContain('the label "1.5"');
    expect(problems[3]).toContain('the label "-1"');
    expect(problems[4]).toMatch(/^anno\/train.txt:7: the image name "..\/g.png" leaves the folder/);
  });

  it('says that a split is empty', () => {
    expect(parse('\n \r\n').problems[0]).toMatch(/^anno\/train.txt: the split is empty; .*list the images/);
  });

  it('refuses names that leave the folder, however they are written', () => {
    for (const name of [
      '../a.png',
      'a/../../b.png',
      '..\\a.png',
      '/etc/a.png',
      '\\\\host\\a.png',
      'C:\\a.png',
      'C:a',
      'a\0b',
    ]) {
      expect(nameFault(name), name).toBeDefined();
    }
    for (const name of ['a.png', 'sub folder/a..b.png', '...png', 'é 叶.png'])
      expect(nameFault(name), name).toBeUndefined();
  });

  it('returns what was written, for any names and labels', () => {
    const name = fc
      .stringMatching(/^[a-z0-9][a-z0-9_. -]{0,18}[a-z0-9]$/)
      .filter((text) => nameFault(text) === undefined);
    const rows = fc.array(fc.tuple(name, fc.integer({ min: 1, max: 4000 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (pairs, end) => {
        const { entries, problems } = parse(pairs.map((pair) => pair.join(' ')).join(end));
        expect(problems).toEqual([]);
        expect(entries.map((entry) => [entry.name, entry.label])).toEqual(pairs);
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

describe('parseClasses', () => {
  const classes = (text: string) => parseClasses(text, 'classes.txt');

  it('reads names in the order of their labels', () => {
    expect(classes('2 ala idris\n1 ak\n').entries).toEqual(['ak', 'ala idris']);
  });

  it('reports labels that are out of range or repeated, and lines of another form', () => {
    const { problems } = classes('1 a\n1 b\n7 c\nnazli\n');
    expect(problems[0]).toMatch(/^classes.txt:2: the label 1 again; allowed: .* 1..4/);
    expect(problems[1]).toMatch(/^classes.txt:3: the label 7;/);
    expect(problems[2]).toMatch(/^classes.txt:4: "nazli" is not a label and a name/);
    expect(classes('0 a\n').problems[0]).toContain('the label 0');
    expect(classes('\n').problems[0]).toContain('no class');
  });
});
