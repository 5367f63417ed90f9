import { expect, test } from "vitest";
import { FAMILIES } from "../../pretrained/config.ts";
import type { HostParam, HostParams } from "../model.ts";
import { publishBackbone } from "./publish-backbone.ts";
import { parameterReader, readBackbone } from "./read-backbone.ts";
import { familyFixture, weightsOf } from "./testing/fixtures.ts";

async function published(config: Parameters<typeof publishBackbone>[0], params: HostParams): Promise<HostParams> {
  const tensors = publishBackbone(config, async (name) => params[name] as HostParam);
  const entries = tensors.map(async ({ name, shape, values }) => [name, { shape, values: await values() }] as const);
  return Object.fromEntries(await Promise.all(entries));
}

test.each(FAMILIES)("%s comes back as it was published, and is published as it was read", async (family) => {
  const { weights, pooled } = await familyFixture(family);
  for (const { config } of pooled) {
    const params = await readBackbone(config, weights);
    const tensors = await published(config, params);
    expect(await readBackbone(config, weightsOf(tensors))).toEqual(params);
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      expect(shape).toEqual(weights.entry(name)?.shape);
      expect(values).toEqual(await weights.floats(name));
    }
  }
});

test.each(FAMILIES)("%s is read one parameter at a time as it is whole", async (family) => {
  const { weights, pooled } = await familyFixture(family);
  const { config } = pooled[0] as (typeof pooled)[number];
  const read = parameterReader(config, weights);
  for (const [name, param] of Object.entries(await readBackbone(config, weights)))
    expect([name, await read(name)]).toEqual([name, param]);
});
