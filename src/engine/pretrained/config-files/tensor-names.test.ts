import { describe, expect, test } from "vitest";
import { withHeader } from "../../safetensors/testing/raw-file.ts";
import { readModel as read, savedModel, tensorsOf, weightsOf } from "../testing/models.ts";

/** A safetensors file's header and the bytes behind it. */
function parts(file: Uint8Array<ArrayBuffer>): { header: object; data: Uint8Array } {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return {
    header: JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))),
    data: file.subarray(8 + length),
  };
}

describe("the tensors beside a configuration", () => {
  const renamed = (prefix: string) =>
    weightsOf(Object.fromEntries(Object.entries(tensorsOf("bert")).map(([name, shape]) => [prefix + name, shape])));

  test("may begin with any prefix", async () => {
    expect(await read({ ...savedModel("bert"), "model.safetensors": renamed("model.encoder.") })).toMatchObject({
      prefix: "model.encoder.",
      pooling: "cls-tanh",
    });
  });

  test("must have types that are read, but for masks", async () => {
    const types = async (dtype: string) => {
      const plain = savedModel("gpt2")["model.safetensors"] as Uint8Array<ArrayBuffer>;
      const { header, data } = parts(plain);
      const end = data.length;
      const extra = { dtype, shape: [1], data_offsets: [end, end + (dtype === "F64" ? 8 : 1)] };
      const file = withHeader({ ...header, "h.0.attn.bias": extra }, extra.data_offsets[1]);
      file.set(data, file.length - (extra.data_offsets[1] as number));
      return read({ ...savedModel("gpt2"), "model.safetensors": file });
    };
    expect(await types("BOOL")).toMatchObject({ family: "gpt2" });
    await expect(types("F64")).rejects.toThrow('model.safetensors: The tensor "h.0.attn.bias" has the type F64');
  });

  test("may lack DeiT's distillation token", async () => {
    const { "embeddings.distillation_token": _, ...shapes } = tensorsOf("deit");
    const config = await read({ ...savedModel("deit"), "model.safetensors": weightsOf(shapes) });
    expect(config.input).toMatchObject({ prefixTokens: 1 });
  });

  test.each<[string, object, Record<string, number[]>, string]>([
    ["another family", {}, tensorsOf("gpt2"), 'There is no tensor "embeddings.word_embeddings.weight"'],
    ["fewer layers", { num_hidden_layers: 3 }, tensorsOf("bert"), 'There are no tensors "encoder.layer.2.*"'],
    [
      "another vocabulary",
      { vocab_size: 41 },
      tensorsOf("bert"),
      'The tensor "embeddings.word_embeddings.weight" has the shape [40, 8], config.json says [41, 8]',
    ],
    [
      "other positions",
      { max_position_embeddings: 21 },
      tensorsOf("bert"),
      'The tensor "embeddings.position_embeddings.weight" has the shape [20, 8]',
    ],
    [
      "two encoders",
      {},
      { ...tensorsOf("bert"), ...tensorsOf("bert-for-words") },
      'There are two models in it, "" and "bert."',
    ],
  ])("are refused: those of %s", async (_, change, shapes, message) => {
    const contents = {
      ...savedModel("bert", change as Record<string, unknown>),
      "model.safetensors": weightsOf(shapes),
    };
    await expect(read(contents)).rejects.toThrow(`model.safetensors: ${message}`);
  });
});
