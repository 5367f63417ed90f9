"""Tunes the small models of generate.py in PyTorch by every method, and writes gradients and where ten steps lead.

    python generate_tunings.py        (needs torch, transformers, peft and safetensors; any recent version)

LoRA and prefixes are peft's; adapters are hooks on the modules of `transformers`; the others choose by published names.
A linear head above the pooled vector is trained as well, with cross-entropy and AdamW, over the fixture's one batch, all in
double precision. `tunings.safetensors` holds `CASE/initial/NAME` of what a method adds and of the head, `CASE/gradient/NAME`
before the first step and `CASE/after/NAME` after ten; pretrained parameters under published names and in published
layouts, all else under the engine's. Metadata: `cases`, the family and the tuning of each.
"""

import json
import tempfile
from pathlib import Path

import peft
import torch
import transformers as hf
from safetensors.torch import load_file, save_file

from generate import HIDDEN, LAYERS, images, models, pool, scatter, texts

CLASSES, STEPS, RATE, DECAY = 3, 10, 0.002, 0.05
LORA = {"id": "lora", "rank": 3, "alpha": 6, "dropout": 0, "projections": "query-value"}
CASES = {
    "full": ("bert", {"id": "full"}),
    "last-n": ("bert", {"id": "last-n", "blocks": 1}),
    "bitfit": ("bert", {"id": "bitfit"}),
    "layer-norm": ("bert", {"id": "layer-norm"}),
    "lora": ("bert", LORA),
    "lora-all": ("bert", {**LORA, "projections": "all"}),
    "prefix": ("bert", {"id": "prefix", "tokens": 3}),
    "adapters": ("bert", {"id": "adapters", "width": 5}),
    "bitfit-gpt2": ("gpt2", {"id": "bitfit"}),
    "layer-norm-deit": ("deit", {"id": "layer-norm"}),
    "full-dinov2": ("dinov2", {"id": "full"}),
}
# peft's names of BERT's modules -> ours.
PROJECTIONS = {
    "attention.self.query": "attention.query",
    "attention.self.key": "attention.key",
    "attention.self.value": "attention.value",
    "attention.output.dense": "attention.output",
    "intermediate.dense": "feed_forward.up",
    "output.dense": "feed_forward.down",
}


def drawn(shape, generator, scale=0.3):
    return (scale * torch.randn(shape, generator=generator)).double()


def chosen(tuning, name):
    """Whether a parameter of the pretrained model is trained."""
    kind = tuning["id"]
    if kind == "full":
        return True
    if kind == "last-n":
        return name.startswith((f"encoder.layer.{LAYERS - 1}.", "pooler."))
    if kind == "bitfit":
        return name.endswith("bias")
    if kind == "layer-norm":
        return "norm" in name.lower() or "ln_" in name
    return False


def with_lora(base, tuning, generator):
    targets = ["query", "value"] if tuning["projections"] == "query-value" else list(PROJECTIONS)
    config = peft.LoraConfig(r=tuning["rank"], lora_alpha=tuning["alpha"], lora_dropout=0, target_modules=targets)
    model = peft.get_peft_model(base, config).double()
    own = {}
    for name, parameter in model.named_parameters():
        if "lora_" not in name:
            continue
        parameter.data = drawn(parameter.shape, generator)
        layer, module = name.split("encoder.layer.")[1].split(".lora_")[0].split(".", 1)
        part = "lora_a" if "lora_A" in name else "lora_b"
        own[f"backbone.layer_{layer}.{PROJECTIONS[module]}.{part}"] = (parameter, lambda x: x.T)
    return model, own


def with_prefix(base, tuning, generator):
    tokens = tuning["tokens"]
    # Behind a prefix BERT counts positions on; here tokens keep theirs, so the table moves along.
    positions = base.embeddings.position_embeddings.weight
    positions.data = positions.data.roll(tokens, 0)
    model = peft.get_peft_model(base, peft.PrefixTuningConfig(task_type="FEATURE_EXTRACTION", num_virtual_tokens=tokens))
    model = model.double()
    table = next(p for name, p in model.named_parameters() if p.requires_grad)
    table.data = drawn(table.shape, generator, 0.8)
    view = lambda i: lambda x: x.reshape(tokens, 2 * LAYERS, HIDDEN)[:, i]
    own = {
        f"backbone.layer_{layer}.attention.prefix_{part}": (table, view(2 * layer + i))
        for layer in range(LAYERS)
        for i, part in enumerate(["keys", "values"])
    }
    return model, own


def with_adapters(base, tuning, generator):
    own = {}
    for layer, block in enumerate(base.encoder.layer):
        for name, module in {"attention": block.attention.output.dense, "feed_forward": block.output.dense}.items():
            down, up = torch.nn.Linear(HIDDEN, tuning["width"]).double(), torch.nn.Linear(tuning["width"], HIDDEN).double()
            for part, linear in {"down": down, "up": up}.items():
                for parameter in linear.parameters():
                    parameter.data = drawn(parameter.shape, generator)
                at = f"backbone.layer_{layer}.{name}.adapter_{part}"
                own |= {f"{at}.weight": (linear.weight, lambda x: x.T), f"{at}.bias": (linear.bias, lambda x: x)}
            add = lambda y, down, up: y + up(torch.nn.functional.gelu(down(y)))
            module.register_forward_hook(lambda _m, _x, y, down=down, up=up: add(y, down, up))
    return base, own


def published(model, values):
    """Tensors by the module's names -> those that are not None, by published names and in published layouts."""
    for name, parameter in model.named_parameters():
        value = values.get(name)
        parameter.data = torch.full_like(parameter, torch.nan) if value is None else value
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        tensors = load_file(f"{folder}/model.safetensors")
    return {name: tensor for name, tensor in tensors.items() if not tensor.isnan().any()}


def case(family, tuning, seed):
    model, _prefix, _activation, _epsilon, poolings = models()[family]
    index = list(models()).index(family)
    scatter(model, index)
    base = getattr(model, model.base_model_prefix, model).double().eval()
    x, arguments, mask = images(index) if "pixel" in base.main_input_name else texts(family, index)
    generator = torch.Generator().manual_seed(100 + seed)
    if family == "bert":
        # Here id 0 is a token like others, and learns.
        base.embeddings.word_embeddings.padding_idx = None
    for parameter in model.parameters():
        parameter.requires_grad = False
    trained = {name: p for name, p in base.named_parameters() if chosen(tuning, name)}
    add = {"lora": with_lora, "prefix": with_prefix, "adapters": with_adapters}.get(tuning["id"])
    tuned, own = add(base, tuning, generator) if add else (base, {})
    head = torch.nn.Linear(HIDDEN, CLASSES).double()
    for parameter in head.parameters():
        parameter.data = drawn(parameter.shape, generator)
    own |= {"head.dense_0.weight": (head.weight, lambda x: x.T), "head.dense_0.bias": (head.bias, lambda x: x)}
    parameters = list({id(p): p for p in [*trained.values(), *(p for p, _ in own.values())]}.values())
    for parameter in parameters:
        parameter.requires_grad = True
    labels = torch.arange(len(x)) % CLASSES
    tensors = {f"initial/{name}": view(p.detach().clone()) for name, (p, view) in own.items()}
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=DECAY)
    gradients = {}
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(head(pool(poolings[0], tuned(**arguments), mask)), labels)
        loss.backward()
        if step == 0:
            gradients = {name: zeros_for_none(p) for name, p in trained.items()}
            tensors |= {f"gradient/{name}": view(p.grad) for name, (p, view) in own.items()}
        optimizer.step()
    after = {name: p.detach().clone() for name, p in base.named_parameters() if name in trained}
    tensors |= {f"after/{name}": view(p.detach().clone()) for name, (p, view) in own.items()}
    if trained:
        # The base of a larger model is saved by itself, so that names have no prefix.
        tensors |= {f"gradient/{name}": value for name, value in published(base, gradients).items()}
        tensors |= {f"after/{name}": value for name, value in published(base, after).items()}
    # A second file of all parameters would be large, and says little that the first does not.
    return {name: tensor for name, tensor in tensors.items() if family != "dinov2" or not name.startswith("after/")}


def zeros_for_none(parameter):
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.detach().clone()


def main():
    hf.logging.set_verbosity_error()
    tensors = {}
    for seed, (name, (family, tuning)) in enumerate(CASES.items()):
        for key, tensor in case(family, tuning, seed).items():
            tensors[f"{name}/{key}"] = tensor.float().contiguous().clone()
    cases = {name: {"family": family, "tuning": tuning} for name, (family, tuning) in CASES.items()}
    optimizer = {"id": "adamw", "learningRate": RATE, "weightDecay": DECAY}
    metadata = {"cases": json.dumps(cases), "optimizer": json.dumps(optimizer), "steps": str(STEPS)}
    save_file(tensors, Path(__file__).parent / "tunings.safetensors", metadata)


if __name__ == "__main__":
    main()
