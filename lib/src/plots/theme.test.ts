import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourOf, coloursOf, fade, label, layout, OKABE_ITO, safe, wrapLines } from './theme';

describe('colours', () => {
  it('belong to the name of a variant, however it is written', () => {
    expect(colourOf('full')).toBe('#0072B2');
    expect(colourOf('SSDP + DDL')).toBe(colourOf('ssdp+ddl'));
    expect(colourOf('queue 256')).toBe(colourOf('queue 256'));
  });

  it('differ within one figure as long as there are colours', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: OKABE_ITO.length });
    fc.assert(
      fc.property(names, (list) => {
        expect(new Set(coloursOf(list)).size).toBe(list.length);
      }),
    );
    expect(coloursOf(Array.from({ length: 20 }, (_, i) => `v${i}`))).toHaveLength(20);
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
