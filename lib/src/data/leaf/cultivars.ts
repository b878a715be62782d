import { below, chance, shuffled, stream, type Rng } from './rng';
import { MARK_KINDS, type Blade, type Cultivar, type Mark, type MarkKind, type Marks } from './traits';

const FORMS: readonly Blade['form'][] = ['simple', 'palmate', 'simple', 'pinnate', 'palmate'];
const SECTIONS = [0.28, 0.5, 0.7] as const;
const ABSENT: Mark = { at: 0.5, amount: 0 };

// Golden-ratio steps spread each trait evenly over the families, however many there are; plain draws would cluster.
function spread(seed: number, family: number, trait: number): number {
  const start = stream(seed, 'spread', trait)();
  const steps = [0.6180339887, 0.7548776662, 0.5698402909, 0.8191725134, 0.6710436067];
  const x =
    start + family * (steps[trait % steps.length] as number) + Math.floor(trait / steps.length) * family * 0.137;
  return x - Math.floor(x);
}

function drawBlade(seed: number, family: number): Blade {
  const form = FORMS[family % FORMS.length] as Blade['form'];
  const range = (trait: number, low: number, high: number): number => low + (high - low) * spread(seed, family, trait);
  return {
    form,
    halfWidth: form === 'palmate' ? 0.42 : range(0, 0.27, 0.43),
    baseTaper: range(1, 0.42, 0.78),
    tipTaper: range(2, 0.68, 1.05),
    sinus: range(3, -0.02, 0.13),
    lobes:
      form === 'simple'
        ? 0
        : form === 'pinnate'
          ? 2 + Math.floor(range(4, 0, 2.99))
          : 1 + Math.floor(range(4, 0, 1.99)),
    lobeDepth: form === 'pinnate' ? range(5, 0.15, 0.42) : range(5, 0.12, 0.64),
    lobePoint: range(6, 0, 1),
    lobeAngle: range(7, 38, 62),
    lobeFall: range(21, 0.02, 0.13),
    teeth: Math.round(range(8, 9, 26)),
    toothDepth: range(9, 0.006, 0.026),
    toothLean: range(10, 0, 1),
    toothRound: range(11, 0, 1),
    veinPairs: Math.round(range(12, 4, 12)),
    veinAngle: range(13, 42, 66),
    veinCurve: range(14, 0.1, 0.9),
    hue: range(15, -1, 1),
    tone: range(16, -1, 1),
    gloss: range(17, 0.1, 1),
    relief: range(18, 0.2, 1.8),
    veinPale: range(20, 0, 1),
    mottle: range(22, 0.3, 2),
    mesh: range(19, 17, 44),
  };
}

function drawMark(rng: Rng, kind: MarkKind): Mark {
  const signed = kind === 'tip' || kind === 'base' || kind === 'spots' || kind === 'rim' || kind === 'toothSize';
  const amount = signed && chance(rng, 0.5) ? -1 : 1;
  if (kind === 'tip') return { at: 1, amount };
  if (kind === 'base' || kind === 'petiole') return { at: 0, amount };
  return { at: SECTIONS[below(rng, SECTIONS.length)] as number, amount };
}

// Every sibling gets a kind of its own. Three more kinds go to half the siblings each, so that no single place decides
// all, and none is common to the whole family (it would tell nothing).
function drawFamilyMarks(rng: Rng, perFamily: number): readonly ReadonlyMap<MarkKind, Mark>[] {
  const pool = shuffled(rng, MARK_KINDS).map((kind) => [kind, drawMark(rng, kind)] as const);
  const siblings = pool.slice(0, perFamily).map((own) => new Map<MarkKind, Mark>([own]));
  for (const [kind, mark] of pool.slice(perFamily, perFamily + 3)) {
    const holders = shuffled(rng, siblings).slice(0, Math.floor(perFamily / 2));
    for (const marks of holders) if (marks.size < 3) marks.set(kind, mark);
  }
  return siblings;
}

function marksOf(stem: Marks, own: ReadonlyMap<MarkKind, Mark>): Marks {
  return Object.fromEntries(MARK_KINDS.map((kind) => [kind, own.get(kind) ?? stem[kind]])) as unknown as Marks;
}

function drawStem(rng: Rng, taken: ReadonlySet<MarkKind>): Marks {
  const free = MARK_KINDS.filter((kind) => !taken.has(kind) && kind !== 'tip' && kind !== 'base');
  const common = shuffled(rng, free).slice(0, 2);
  const entries = MARK_KINDS.map((kind) => [kind, common.includes(kind) ? drawMark(rng, kind) : ABSENT]);
  return Object.fromEntries(entries) as unknown as Marks;
}

/**
 * The cultivars of a data set: `families` groups of `perFamily` near-identical siblings (at most 8 each).
 * Family f is the same whatever the number of families, so a smaller set is the beginning of a larger one.
 */
export function cultivars(seed: number, families: number, perFamily: number): readonly Cultivar[] {
  if (perFamily < 1 || perFamily > 8) {
    throw new RangeError(`cultivars: perFamily is ${String(perFamily)}; give 1 to 8 siblings a family.`);
  }
  const out: Cultivar[] = [];
  for (let family = 0; family < families; family++) {
    const rng = stream(seed, 'family', family);
    const blade = drawBlade(seed, family);
    const own = drawFamilyMarks(rng, perFamily);
    const stem = drawStem(rng, new Set(own.flatMap((marks) => [...marks.keys()])));
    own.forEach((marks, sibling) => {
      const name = `family${String(family + 1).padStart(2, '0')}-${String.fromCharCode(97 + sibling)}`;
      const differs = MARK_KINDS.filter((kind) => marks.has(kind));
      out.push({ label: out.length + 1, name, family: family + 1, blade, marks: marksOf(stem, marks), differs });
    });
  }
  return out;
}
