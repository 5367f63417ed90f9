import { z } from "zod";

/** Parameters of a plugin: a flat object whose fields carry type, default, bounds, title and description. */
export type Parameters = z.ZodObject;

/**
 * What the page, the command line and the worker all need to know of a plugin: its name, its parameters and
 * what it fits. The mathematics (its build) lives in the engine under the same id.
 */
export interface Card<Id extends string = string, P extends Parameters = Parameters> {
  readonly id: Id;
  readonly label: string;
  /** One sentence for people, shown under the choice. */
  readonly summary: string;
  readonly parameters: P;
}

/** The parsed parameters of a card together with its id: the form a choice takes in the experiment file. */
export type Choice<C> =
  C extends Card<infer Id, infer P> ? { id: Id } & { [K in keyof P["shape"]]: z.output<P["shape"][K]> } : never;

/** A choice as a person may write it: parameters with a default can be left out. */
export type ChoiceInput<C> =
  C extends Card<infer Id, infer P> ? { id: Id } & { [K in keyof P["shape"]]?: z.input<P["shape"][K]> } : never;

/** Schema of one choice out of a list of cards: the card's parameters with its id beside them. */
export function choiceSchema<const C extends readonly [Card, ...Card[]]>(
  cards: C,
): z.ZodType<Choice<C[number]>, ChoiceInput<C[number]>> {
  const options = cards.map((card) => z.strictObject({ id: z.literal(card.id), ...card.parameters.shape }));
  const union = z.discriminatedUnion("id", options as unknown as [z.ZodObject, ...z.ZodObject[]]);
  return union as unknown as z.ZodType<Choice<C[number]>, ChoiceInput<C[number]>>;
}

/** The card with this id; ids come from parsed experiments, so a miss is a programming error. */
export function cardById<C extends Card>(cards: readonly C[], id: C["id"]): C {
  const card = cards.find((candidate) => candidate.id === id);
  if (!card) throw new Error(`There is no plugin "${id}"; known are ${cards.map((c) => c.id).join(", ")}.`);
  return card;
}

/** One control of a plugin's form, derived from its schema. */
export interface ParameterField {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: "number" | "integer" | "boolean" | "choice" | "integers" | "text";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly step?: number;
  readonly options?: readonly string[];
  /** What an empty list means, where not "none". */
  readonly empty?: string;
  readonly default: unknown;
}

interface JsonProperty {
  type?: string;
  title?: string;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  step?: number;
  enum?: string[];
  empty?: string;
  const?: string;
  default?: unknown;
}

/** The form of a card: one field a parameter, bounds and defaults read from the same schema that validates them. */
export function parameterFields(parameters: Parameters): ParameterField[] {
  const schema = z.toJSONSchema(parameters, { io: "input" }) as { properties?: Record<string, JsonProperty> };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const options = property.enum ?? (property.const === undefined ? undefined : [property.const]);
    const minimum = property.minimum ?? property.exclusiveMinimum;
    const maximum = property.maximum ?? lastBelow(property);
    return {
      name,
      title: property.title ?? name,
      description: property.description ?? "",
      kind: options ? "choice" : kindOf(property.type),
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
      ...(property.step === undefined ? {} : { step: property.step }),
      ...(options ? { options } : {}),
      ...(property.empty === undefined ? {} : { empty: property.empty }),
      default: property.default,
    };
  });
}

/** The last value a control reaches below a bound that is itself left out: one step before it. */
function lastBelow({ exclusiveMaximum, step = 0.01 }: JsonProperty): number | undefined {
  return exclusiveMaximum === undefined ? undefined : Number((exclusiveMaximum - step).toPrecision(10));
}

function kindOf(type: string | undefined): ParameterField["kind"] {
  if (type === "integer" || type === "boolean") return type;
  if (type === "string") return "text";
  return type === "array" ? "integers" : "number";
}
