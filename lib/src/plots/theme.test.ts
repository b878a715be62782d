import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../ablation/tables';
import { preset } from '../config';
import { colourOf, coloursOf, fade, label, layout, LINE_COLOURS, safe, wrapLines } from './theme';

/** Contrast against white (WCAG 2.1): 1.05 / (L + 0.05), L the relative luminance. */
function contrast(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r! + 0.7152 * g! + 0.0722 * b! + 0.05);
}

describe('colours', () => {
  it('belong to the name of a variant, however it is written', () => {
    expect(colourOf('SSDP + DDL + SSDT')).toBe('#0072B2');
    expect(colourOf('SSDP + DDL')).toBe(colourOf('ssdp+ddl'));
    expect(colourOf('queue 256')).toBe(colourOf('queue 256'));
  });

  it('differ within one figure as long as there are colours', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: LINE_COLOURS.length });
    fc.assert(
      fc.property(names, (list) => {
        expect(new Set(coloursOf(list)).size).toBe(list.length);
      }),
    );
    expect(coloursOf(Array.from({ length: 20 }, (_, i) => `v${i}`))).toHaveLength(20);
  });

  it('stand out from white by 3:1, and are another for each row of the modules', () => {
    expect([contrast('#ffffff'), contrast('#000000')]).toEqual([1, expect.closeTo(21, 12)]);
    const rows = TABLES.modules.variants(preset('tiny')).map(({ name }) => name);
    const colours = rows.map(colourOf);
    expect(new Set(colours).size).toBe(rows.length);
    expect(coloursOf(rows)).toEqual(colours);
    for (const colour of [...colours, ...LINE_COLOURS]) expect(contrast(colour), colour).toBeGreaterThanOrEqual(3);
  });

  it('can be faded', () => {
    expect(fade('#0072B2', 0.2)).toBe('rgba(0,114,178,0.2)');
    expect(() => fade('red', 0.2)).toThrow('not a colour like');
  });
});

describe('words', () => {
  it('from outside become harmless', () => {
    expect(safe('<script>&')).toBe('&lt;script&gt;&amp;');
    expect(label('a <b> name that is rather long', 12)).toBe('a &lt;b&gt; name<br>that is<br>rather long');
  });

  it('are wrapped without losing a letter', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, most) => {
        const lines = wrapLines(text, most);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(lines.every((line) => [...line].length <= most * 2)).toBe(true);
      }),
    );
  });

  it('of a title push the plot down', () => {
    expect(layout('short').margin?.t).toBe(65);
    expect(layout('a long title '.repeat(10)).margin?.t).toBe(86);
  });
});
