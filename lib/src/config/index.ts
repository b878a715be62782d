export * from './config';
export * from './presets';
export { checkConfig, ConfigError } from './check';
export { contradictions } from './contradictions';
export { recipeDifferences, recipeFields, recipeLines, withFields } from './recipe';
export { canonicalJson, hashOf } from './hash';
export { shareable } from './shareable';
