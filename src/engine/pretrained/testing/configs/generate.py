"""Saves a tiny model of every family as transformers does and writes what its files say.

    python generate.py > oracle.json        (needs torch, transformers 5 and pillow)

`models`, by name: `files`, the JSON beside the weights, and `tensors`, the shapes of the tensors by name.
`positions`: what DINOv2 makes of its table of positions for images of other sides.
"""

import json
import tempfile
from pathlib import Path

import torch
import transformers as t
from safetensors import safe_open
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

TEXT = {"vocab_size": 40, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 20}
IMAGE = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 8, "patch_size": 4}
GPT2 = {"vocab_size": 40, "n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 20}
DISTILBERT = {"vocab_size": 40, "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 12, "max_position_embeddings": 20}
SIZE = {"height": 8, "width": 8}
COLOURS = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}

MODELS = {
    "bert": (t.BertModel(t.BertConfig(**TEXT)), None),
    "bert-without-pooler": (t.BertModel(t.BertConfig(**TEXT), add_pooling_layer=False), None),
    "bert-for-words": (t.BertForMaskedLM(t.BertConfig(**TEXT, hidden_act="gelu_new")), None),
    "bert-for-classes": (t.BertForSequenceClassification(t.BertConfig(**TEXT)), None),
    "distilbert": (t.DistilBertModel(t.DistilBertConfig(**DISTILBERT)), None),
    "distilbert-for-classes": (t.DistilBertForSequenceClassification(t.DistilBertConfig(**DISTILBERT)), None),
    "roberta": (t.RobertaModel(t.RobertaConfig(**TEXT, layer_norm_eps=1e-5)), None),
    "roberta-for-words": (t.RobertaForMaskedLM(t.RobertaConfig(**TEXT)), None),
    "gpt2": (t.GPT2Model(t.GPT2Config(**GPT2)), None),
    "gpt2-for-text": (t.GPT2LMHeadModel(t.GPT2Config(**GPT2, n_inner=24)), None),
    "vit": (t.ViTModel(t.ViTConfig(**IMAGE, intermediate_size=12)), ViTImageProcessorPil(size=SIZE)),
    "vit-for-classes": (t.ViTForImageClassification(t.ViTConfig(**IMAGE, intermediate_size=12)), ViTImageProcessorPil(size=SIZE, **COLOURS)),
    "deit": (t.DeiTModel(t.DeiTConfig(**IMAGE, intermediate_size=12)), DeiTImageProcessorPil(size=SIZE, crop_size=SIZE, **COLOURS)),
    "dinov2": (t.Dinov2Model(t.Dinov2Config(**{**IMAGE, "image_size": 20}, mlp_ratio=2)),
               BitImageProcessorPil(size={"shortest_edge": 10}, crop_size=SIZE, **COLOURS)),
}


def described(model, processor):
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        if processor is not None:
            processor.save_pretrained(folder)
        files = {path.name: json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))}
        with safe_open(Path(folder) / "model.safetensors", "pt") as weights:
            tensors = {name: weights.get_slice(name).get_shape() for name in weights.keys()}
    return {"files": files, "tensors": tensors}


def interpolated():
    torch.manual_seed(3)
    embeddings = MODELS["dinov2"][0].embeddings
    torch.nn.init.normal_(embeddings.position_embeddings)
    tables = {
        side: embeddings.interpolate_pos_encoding(torch.zeros(1, 1 + (side // 4) ** 2, 8), side, side).flatten().tolist()
        for side in (4, 8, 12, 20, 28)
    }
    return {"table": embeddings.position_embeddings.flatten().tolist(), "sides": tables}


with torch.no_grad():
    made = {"models": {name: described(*pair) for name, pair in MODELS.items()}, "positions": interpolated()}
print(json.dumps(made, separators=(",", ":")))
