"""Makes a small randomly initialised model of every family and writes weights, inputs and what `transformers` computes.

    python generate.py        (needs torch, transformers and safetensors; any recent version)

One file a family, beside this script. Weights stand under the names under which the family is published, heads included;
`input` is a batch as the engine reads it, `hidden` and `pooled.*` are computed in double precision. Metadata: `config`,
the engine's TransformerConfig, and `poolings`, what of it each `pooled.*` belongs to.
"""

import json
import tempfile
from pathlib import Path

import torch
import transformers as hf
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
HIDDEN, LAYERS, HEADS, WIDTH, VOCABULARY, POSITIONS = 16, 2, 2, 32, 20, 10
SIDE, PATCH, MEAN, SD = 12, 4, [0.5, 0.4, 0.3], [0.2, 0.25, 0.3]
LENGTHS, TOKENS = [7, 4, 1], 7

BERT_SIZES = dict(hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=WIDTH)
IMAGE_SIZES = dict(BERT_SIZES, image_size=SIDE, patch_size=PATCH)


def models():
    """family -> (model as published, prefix, activation, epsilon, poolings)."""
    text = dict(vocab_size=VOCABULARY)
    bert = hf.BertModel(hf.BertConfig(**text, **BERT_SIZES, max_position_embeddings=POSITIONS))
    roberta = hf.RobertaForSequenceClassification(
        hf.RobertaConfig(**text, **BERT_SIZES, max_position_embeddings=POSITIONS + 2, type_vocab_size=1)
    )
    distilbert = hf.DistilBertForMaskedLM(
        hf.DistilBertConfig(
            **text, dim=HIDDEN, n_layers=LAYERS, n_heads=HEADS, hidden_dim=WIDTH, max_position_embeddings=POSITIONS
        )
    )
    gpt2 = hf.GPT2LMHeadModel(
        hf.GPT2Config(
            **text, n_embd=HIDDEN, n_layer=LAYERS, n_head=HEADS, n_inner=WIDTH, n_positions=POSITIONS
        )
    )
    vit = hf.ViTModel(hf.ViTConfig(**IMAGE_SIZES))
    deit = hf.DeiTForImageClassificationWithTeacher(hf.DeiTConfig(**IMAGE_SIZES))
    dino_sizes = {name: size for name, size in IMAGE_SIZES.items() if name != "intermediate_size"}
    dinov2 = hf.Dinov2Model(hf.Dinov2Config(**dino_sizes, mlp_ratio=2))
    return {
        "bert": (bert, "", "gelu", 1e-12, ["cls-tanh", "mean normalized", "cls"]),
        "distilbert": (distilbert, "distilbert.", "gelu", 1e-12, ["mean"]),
        "roberta": (roberta, "roberta.", "gelu", 1e-12, ["cls", "mean normalized"]),
        "gpt2": (gpt2, "transformer.", "gelu-tanh", 1e-5, ["last-token"]),
        "vit": (vit, "", "gelu", 1e-12, ["cls-tanh", "cls"]),
        "deit": (deit, "deit.", "gelu", 1e-12, ["cls"]),
        "dinov2": (dinov2, "", "gelu", 1e-6, ["cls normalized"]),
    }


def scatter(model, seed):
    """Every parameter far from where training starts, so that a wrong one shows."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            drawn = torch.randn(parameter.shape, generator=generator)
            if "norm" in name.lower() or "ln_" in name or "lambda" in name:
                parameter.copy_((1 if name.endswith(("weight", "lambda1")) else 0) + 0.3 * drawn)
            else:
                parameter.copy_((0.5 if "embed" in name or "token" in name else 0.25) * drawn)


def texts(family, seed):
    """(ids with -1 at padding, arguments of the model, mask)."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.tensor([[1 if i < length else 0 for i in range(TOKENS)] for length in LENGTHS])
    # RoBERTa counts positions by what is not its padding id, 1.
    ids = torch.randint(2 if family == "roberta" else 0, VOCABULARY, mask.shape, generator=generator)
    padding = 1 if family == "roberta" else 0
    filled = torch.where(mask == 1, ids, torch.full_like(ids, padding))
    return torch.where(mask == 1, ids, torch.full_like(ids, -1)), dict(input_ids=filled, attention_mask=mask), mask


def images(seed):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.rand(2, SIDE, SIDE, 3, generator=generator).double()
    standard = (pixels - torch.tensor(MEAN).double()) / torch.tensor(SD).double()
    return pixels, dict(pixel_values=standard.permute(0, 3, 1, 2)), torch.ones(2, 1)


def pool(pooling, output, mask):
    kind, *rest = pooling.split(" ")
    hidden = output.last_hidden_state
    if kind == "cls":
        vector = hidden[:, 0]
    elif kind == "cls-tanh":
        vector = output.pooler_output
    elif kind == "mean":
        vector = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
    else:
        vector = hidden[torch.arange(len(hidden)), mask.sum(1) - 1]
    return torch.nn.functional.normalize(vector) if rest else vector


def config_of(family, prefix, activation, epsilon, pooling):
    text = family in ("bert", "distilbert", "roberta", "gpt2")
    text_input = {
        "modality": "text",
        "vocabulary": VOCABULARY,
        "positions": POSITIONS + (2 if family == "roberta" else 0),
        "firstPosition": 2 if family == "roberta" else 0,
        "types": {"bert": 2, "roberta": 1}.get(family, 0),
        "causal": family == "gpt2",
        "maxTokens": POSITIONS,
    }
    image_input = {
        "modality": "image",
        "side": SIDE,
        "patch": PATCH,
        "channels": 3,
        "mean": MEAN,
        "sd": SD,
        "prefixTokens": 2 if family == "deit" else 1,
    }
    kind, *rest = pooling.split(" ")
    return {
        "family": family,
        "hidden": HIDDEN,
        "layers": LAYERS,
        "heads": HEADS,
        "intermediate": WIDTH,
        "activation": activation,
        "layerNormEpsilon": epsilon,
        "input": text_input if text else image_input,
        "pooling": kind,
        "normalize": bool(rest),
        "prefix": prefix,
    }


def main():
    hf.logging.set_verbosity_error()
    for seed, (family, (model, prefix, activation, epsilon, poolings)) in enumerate(models().items()):
        scatter(model, seed)
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            tensors = load_file(f"{folder}/model.safetensors")
        base = getattr(model, model.base_model_prefix, model).double().eval()
        base.set_attn_implementation("eager")
        x, arguments, mask = images(seed) if "pixel" in base.main_input_name else texts(family, seed)
        with torch.no_grad():
            output = base(**arguments)
        tensors |= {"input": x.float(), "hidden": output.last_hidden_state.float()}
        for i, pooling in enumerate(poolings):
            tensors[f"pooled.{i}"] = pool(pooling, output, mask).float()
        configs = [config_of(family, prefix, activation, epsilon, pooling) for pooling in poolings]
        metadata = {"configs": json.dumps(configs)}
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, HERE / f"{family}.safetensors", metadata)


if __name__ == "__main__":
    main()
