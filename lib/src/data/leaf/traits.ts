/** What a cultivar is: the traits its family shares, and the small local marks that set it apart. Plain data only. */

/** The family's traits. Lengths are in units of the leaf's length, angles in degrees. */
export interface Blade {
  readonly form: 'simple' | 'pinnate' | 'palmate';
  /** Largest half-width of a simple blade. */
  readonly halfWidth: number;
  /** How the width falls off towards the base and towards the tip (larger = more drawn in). */
  readonly baseTaper: number;
  readonly tipTaper: number;
  /** Depth of the heart-shaped sinus at the base. */
  readonly sinus: number;
  /** Lobes on each side (0 for simple forms), how deep they are cut (0..1), and how pointed (0..1). */
  readonly lobes: number;
  readonly lobeDepth: number;
  readonly lobePoint: number;
  /** Angle between neighbouring lobes of a palmate blade. */
  readonly lobeAngle: number;
  /** How much shorter each lobe is than the one before it. */
  readonly lobeFall: number;
  /** Teeth on each side of the margin, their depth, and their lean towards the tip (0 symmetric, 1 saw). */
  readonly teeth: number;
  readonly toothDepth: number;
  readonly toothLean: number;
  readonly toothRound: number;
  /** Secondary veins: pairs, angle to the midrib, and how strongly they curve towards the tip. */
  readonly veinPairs: number;
  readonly veinAngle: number;
  readonly veinCurve: number;
  /** Small shifts inside the narrow range of greens all families share (-1..1), and surface character (0..1). */
  readonly hue: number;
  readonly tone: number;
  readonly gloss: number;
  readonly relief: number;
  /** How pale the veins are against the blade (0..1). */
  readonly veinPale: number;
  /** How strongly the green is mottled, a factor around 1. */
  readonly mottle: number;
  /** Cells of the fine vein net along the leaf's length. */
  readonly mesh: number;
}

/** The kinds of local marks that tell siblings apart. */
export const MARK_KINDS = [
  'tip',
  'base',
  'notch',
  'toothSize',
  'toothDouble',
  'fork',
  'halo',
  'spots',
  'petiole',
  'patch',
  'stripe',
  'rim',
] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/** One local mark: where along the leaf (0 base .. 1 tip) and how strong (0 = absent, the sign gives its direction). */
export interface Mark {
  readonly at: number;
  readonly amount: number;
}
export type Marks = Readonly<Record<MarkKind, Mark>>;

/** One cultivar: siblings of a family share `blade` and every mark outside their `differs`. */
export interface Cultivar {
  /** 1-based, as in the annotation files. */
  readonly label: number;
  /** For example `family01-a`. */
  readonly name: string;
  /** 1-based. */
  readonly family: number;
  readonly blade: Blade;
  readonly marks: Marks;
  /** The keys of `marks` in which this cultivar departs from its family's common form. */
  readonly differs: readonly MarkKind[];
}

const place = (at: number): string => (at < 0.36 ? 'lower' : at < 0.64 ? 'middle' : 'upper');

const WORDS: Readonly<Record<MarkKind, (mark: Mark) => string>> = {
  tip: ({ amount }) => (amount > 0 ? 'tip drawn out (acuminate)' : 'tip blunt (obtuse)'),
  base: ({ amount }) => (amount > 0 ? 'deeper sinus at the base' : 'base cut off straight (truncate)'),
  notch: ({ at }) => `a notch in the ${place(at)} margin`,
  toothSize: ({ at, amount }) => `${amount > 0 ? 'larger' : 'hardly any'} teeth on the ${place(at)} margin`,
  toothDouble: ({ at }) => `double serration on the ${place(at)} margin`,
  fork: ({ at }) => `forked secondary veins in the ${place(at)} blade`,
  halo: ({ at }) => `pale halo along the veins of the ${place(at)} blade`,
  spots: ({ at, amount }) =>
    `${amount > 0 ? 'pale' : 'dark'} spots ${at < 0.36 ? 'near the base' : at < 0.64 ? 'along the midrib' : 'near the tip'}`,
  petiole: () => 'reddish petiole and foot of the midrib',
  patch: ({ at }) => `puckered surface in the ${place(at)} blade`,
  stripe: ({ at }) => `pale stripe along the ${place(at)} midrib`,
  rim: ({ at, amount }) => `${amount > 0 ? 'yellowish' : 'purplish'} rim on the ${place(at)} margin`,
};

/** What sets the cultivar apart, in words: one phrase for each entry of `differs`. */
export function describe(cultivar: Cultivar): readonly string[] {
  return cultivar.differs.map((kind) => WORDS[kind](cultivar.marks[kind]));
}
