/** The smallest way to write XML: names and attributes are ours, text arrives escaped. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A number with at most two decimals and no trailing zeros: a hundredth of a pixel, and the same text on every machine. */
export function num(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** One element. Attributes that are undefined are left out; `content` is XML already. Attribute text must be our own or escaped. */
export function el(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? num(value) : value.replace(/"/g, '&quot;')}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}
