import { describe, expect, test } from "vitest";
import { readModel as read, savedModel } from "../testing/models.ts";

describe("the preprocessor of images", () => {
  test("must be there", async () => {
    const { "preprocessor_config.json": _, ...others } = savedModel("vit");
    await expect(read(others)).rejects.toMatchObject({ file: "preprocessor_config.json", fault: "missing" });
  });

  test("may leave colours as they are", async () => {
    const config = await read(savedModel("vit", {}, { do_normalize: false }));
    expect(config.input).toMatchObject({ mean: [0, 0, 0], sd: [1, 1, 1] });
  });

  test.each<[object, string]>([
    [{ image_std: [0.5, 0, 0.5] }, '"image_std" is [0.5,0,0.5]; the model needs 3 numbers'],
    [{ image_mean: [0.5] }, '"image_mean" is [0.5]'],
    [{ image_mean: null }, '"image_mean" is null'],
    [{ rescale_factor: 1 / 127.5 }, '"rescale_factor" is 0.00784'],
    [{ do_rescale: false }, '"do_rescale" is false; supported: true'],
  ])("is refused: %j", async (change, message) => {
    await expect(read(savedModel("vit", {}, change as Record<string, unknown>))).rejects.toThrow(message);
  });

  test("decides the side of DINOv2's images, whose positions are interpolated", async () => {
    const sides = [];
    for (const preprocessor of [
      {},
      { crop_size: 12 },
      { do_center_crop: false, size: { height: 16, width: 16 } },
      { crop_size: null, size: null },
    ])
      sides.push((await read(savedModel("dinov2", {}, preprocessor))).input);
    expect(sides).toMatchObject([{ side: 8 }, { side: 12 }, { side: 16 }, { side: 20 }]);
    await expect(read(savedModel("dinov2", {}, { crop_size: 10 }))).rejects.toThrow("10 pixels are not a whole number");
  });
});
