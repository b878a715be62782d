/** What of a config names a run: fields that configs had not from the first count only where they are not at their default. */
import type { Config } from './config';

/** Fields that came after runs had been kept, each with what such a run did. A field that is added here leaves the names of all runs as they are. */
export const LATER = { dataset: { validation: 'none' }, training: { bestOnTest: false } } as const;

type Fields = Readonly<Record<string, unknown>>;
type Part = keyof typeof LATER;

/** The config with those parts changed that have later fields. */
function changeParts<C extends Config>(config: C, change: (fields: Fields, defaults: Fields) => Fields): C {
  const changed = Object.entries(LATER).map(([part, defaults]) => [
    part,
    change(config[part as Part] as unknown as Fields, defaults),
  ]);
  return { ...config, ...(Object.fromEntries(changed) as Pick<Config, Part>) };
}

/** The config as a name is hashed from it: without the later fields that are at their defaults. Not for reading: fields are missing. */
export const identityOf = <C extends Config>(config: C): C =>
  changeParts(config, (fields, defaults) =>
    Object.fromEntries(Object.entries(fields).filter(([key, value]) => !(key in defaults && value === defaults[key]))),
  );

/** A config as it was kept, with the later fields that it lacks at their defaults. */
export const withLaterFields = (config: Config): Config =>
  changeParts(config, (fields, defaults) => ({
    ...fields,
    ...Object.fromEntries(Object.entries(defaults).filter(([key]) => !(key in fields))),
  }));
