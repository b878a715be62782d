/** Families of classes, read from their names. */

/** Groups of classes: `names[of[c]]` is the group of class c. */
export interface Groups {
  readonly names: readonly string[];
  /** [classes] */
  readonly of: readonly number[];
}

/**
 * Classes that share their name up to the last dash are one family (`family01-a`, `family01-b`). Where the names tell no families of two and more,
 * each class is its own group.
 */
export function groupsOf(classNames: readonly string[]): Groups {
  const heads = classNames.map((name) => name.replace(/[-_ ][^-_ ]*$/, ''));
  const names = [...new Set(heads)];
  const told = names.length > 1 && names.every((name) => heads.filter((head) => head === name).length > 1);
  if (!told) return { names: classNames, of: classNames.map((_, c) => c) };
  return { names, of: heads.map((head) => names.indexOf(head)) };
}
