/** An ablation is data: a named list of configs, each with the reason why it is there. */
import { merge } from '../config';
import type { Config, Patch, Term, ViewConfig } from '../config';

export interface Variant {
  /** What a table calls it. */
  readonly name: string;
  /** What it shows, in one sentence. */
  readonly why: string;
  readonly config: Config;
  /** What this row is compared with, where that is not the table's own reference or control (other images a class, say); a row's own name: nothing. */
  readonly reference?: string;
  readonly control?: string;
}

/** The config without a term of the objective. */
export function without(config: Config, kind: Term['kind']): Config {
  return { ...config, objective: config.objective.filter((term) => term.kind !== kind) };
}

/** The config with some fields of one term changed. @throws where the objective has no such term */
export function withTerm<K extends Term['kind']>(
  config: Config,
  kind: K,
  patch: Partial<Extract<Term, { kind: K }>>,
): Config {
  if (!config.objective.some((term) => term.kind === kind))
    throw new Error(`the objective has no ${kind} term to change`);
  return { ...config, objective: config.objective.map((term) => (term.kind === kind ? { ...term, ...patch } : term)) };
}

/** The config with another second view. */
export const withView = (config: Config, kind: ViewConfig['kind']): Config =>
  merge(config, { view: { kind } } as Patch<Config>);
