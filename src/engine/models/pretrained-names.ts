const PREFIX = "backbone.";

/** Weights under the names that they have in a model, beside those of its head. */
export const named = <T>(weights: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [PREFIX + name, weight]));

/** The backbone's own among a model's, under the names of {@link named} before. */
export const unnamed = <T>(params: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), value]] : [],
    ),
  );
