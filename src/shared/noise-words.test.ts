import { expect, test } from "vitest";
import { parseExperiment } from "./experiment.ts";
import { noiseWords } from "./noise-words.ts";

test("each noise is told with its first number", () => {
  const experiment = parseExperiment({
    version: 1,
    task: "tabular-classification",
    data: { train: "a.csv", label: "y" },
    repeat: {
      noises: [
        { id: "gaussian", site: "input", stdDev: 0.25 },
        { id: "dropout", site: "hidden", rate: 0.4 },
      ],
    },
  });
  expect(noiseWords(experiment)).toBe("gaussian 0.25, dropout 0.4");
  expect(noiseWords({ repeat: { ...experiment.repeat, noises: [] } })).toBe("none");
});
