export * from './config';
export * from './presets';
export { checkConfig, ConfigError } from './check';
export { canonicalJson, hashOf } from './hash';
