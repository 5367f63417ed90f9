/** Takes the README's picture of the studio: `npx tsx e2e/pictures/take.ts`. */
import { join } from "node:path";
import { openStudio } from "../../src/cli/studio.ts";
import { StudioPage } from "../studio-page.ts";

const { page, close } = await openStudio("", "software");
await page.setViewportSize({ width: 1440, height: 900 });
await page.emulateMedia({ colorScheme: "light" });
const studio = new StudioPage(page);
await studio.stage("Data");
await page.getByRole("button", { name: /^Handwritten digits/ }).click();
await page.getByRole("heading", { name: "digits", exact: true }).waitFor();
await studio.trainToTheEnd();
await studio.stage("Repeat");
await page.waitForTimeout(1000);
await page.screenshot({ path: join(import.meta.dirname, "wide-light.png") });
await close();
