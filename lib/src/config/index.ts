export * from './config';
export * from './presets';
export { checkConfig, ConfigError } from './check';
export { contradictions } from './contradictions';
export { recipeDifferences, recipeFields, recipeLines, withFields } from './recipe';
export { isValidation, validationParts, validationPlan, VALIDATION_HELP, wholeValidation } from './validation';
export type { Validation, ValidationPlan } from './validation';
export { identityOf, withLaterFields } from './identity';
export { canonicalJson, hashOf } from './hash';
