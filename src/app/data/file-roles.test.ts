import { expect, test } from "vitest";
import { fileRole, withFileRole } from "./file-roles.ts";

const FILES = [
  { name: "a.csv", role: "train" },
  { name: "b.csv", role: "train" },
  { name: "c-test.csv", role: "test" },
] as const;
const GUESSED = { train: "a.csv", test: "c-test.csv", label: "kind" };

test("a file is what the experiment says, else what it was opened as", () => {
  expect(FILES.map((file) => fileRole(GUESSED, file))).toEqual(["train", "train", "test"]);
  expect(fileRole({ train: "a.csv", validation: "b.csv" }, FILES[1])).toBe("validation");
});

test("a role moves from file to file, and the rest of the section stays", () => {
  const validated = withFileRole(GUESSED, FILES, "b.csv", "validation");
  expect(validated).toEqual({ ...GUESSED, validation: "b.csv" });
  expect(withFileRole(validated, FILES, "b.csv", "train")).toEqual(GUESSED);
  expect(withFileRole(GUESSED, FILES, "b.csv", "test")).toEqual({ ...GUESSED, test: "b.csv" });
});

test("another file trains where the training file is held out", () => {
  expect(withFileRole(GUESSED, FILES, "a.csv", "validation")).toEqual({
    ...GUESSED,
    train: "b.csv",
    validation: "a.csv",
  });
});
