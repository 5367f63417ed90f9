import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

/** @param within a selector of the part to look at; the whole page where it is left out */
export async function expectNoViolations(page: Page, within = "html"): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n   ")}`);
  expect(found).toEqual([]);
}

/** Runs tests twice: on a wide light screen and on a narrow dark one. */
export function onBothScreens(tests: () => void): void {
  for (const [name, viewport, colorScheme] of [
    ["wide and light", { width: 1440, height: 900 }, "light"],
    ["narrow and dark", { width: 390, height: 844 }, "dark"],
  ] as const)
    test.describe(name, () => {
      test.use({ viewport, colorScheme });
      tests();
    });
}
