import { expect, test } from "vitest";
import { readModelCard } from "./model-card.ts";
import { inMemory } from "./testing/models.ts";

const read = (readme: string) => readModelCard(inMemory({ "config.json": "{}", "README.md": readme }));

test.each<[string, string | null, string[]]>([
  ["---\nlanguage: en\nlicense: mit\n---\n", "mit", ["en"]],
  ['﻿---\r\nlanguage:\r\n  - zh\r\n  - en\r\nlicense: "mit"\r\n---\r\nText', "mit", ["zh", "en"]],
  ["---\nlanguage: [en, 'fr']\ntags:\n- license: x\n---\n", null, ["en", "fr"]],
  ["---\nlicense: other\nlicense_name: my-licence\n---\n", "my-licence", []],
  ["---\nlicense: other\n---\n", "other", []],
  ["---\nlicense:\n- mit\n- apache-2.0\n---\n", "mit", []],
  ["# No front matter\nlicense: mit\n", null, []],
  ["---\nlicense: mit\n", null, []],
  ["", null, []],
])("licence and languages of %j", async (readme, licence, languages) => {
  expect(await read(readme)).toEqual({ licence, languages });
});

test("a model without a README has neither", async () => {
  expect(await readModelCard(inMemory({ "config.json": "{}" }))).toEqual({ licence: null, languages: [] });
});
