import { expect, test } from "vitest";
import { hasDarkGround } from "./picture.ts";

/** A 5x3 image whose border is one grey and whose middle is another. */
function framed(border: number, middle: number) {
  const rgba = new Uint8ClampedArray(5 * 3 * 4);
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 5; x++) {
      const inside = y === 1 && x > 0 && x < 4;
      rgba.set(
        [0, 1, 2].map(() => (inside ? middle : border)),
        4 * (5 * y + x),
      );
      rgba[4 * (5 * y + x) + 3] = 255;
    }
  return { modality: "image", width: 5, height: 3, rgba } as const;
}

test("the ground is judged by the border alone", () => {
  expect(hasDarkGround(framed(20, 255))).toBe(true);
  expect(hasDarkGround(framed(230, 0))).toBe(false);
  expect(
    hasDarkGround({ modality: "image", width: 1, height: 1, rgba: new Uint8ClampedArray([255, 255, 255, 255]) }),
  ).toBe(false);
});
