/** An error of a generated validator (ajv's, verbose). */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The key, when the error is about a key and not about its value. */
  readonly propertyName?: string;
  readonly data?: unknown;
  readonly parentSchema?: Readonly<Record<string, unknown>>;
}

/** A generated validator: after a call that answers false, `errors` has all errors of that call. */
export type Validator<T> = ((data: unknown) => data is T) & {
  readonly errors?: readonly SchemaError[] | null;
};
