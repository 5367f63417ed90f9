"""Opens exported models as any user of transformers would and compares what they compute with what the engine does.

    EXPORTED_MODELS=/tmp/exported npx vitest run src/engine/export/whole-model.test.ts
    python check_exported.py /tmp/exported        (needs torch, transformers 5 and safetensors)

The test writes a folder a family, tuned by LoRA and merged, and FAMILY.expected.safetensors: a batch as the engine reads
it, and the vectors of its tokens. Ends with 1 where a vector is off by more than 1e-4, or a weight is missing.
"""

import json
import sys
from pathlib import Path

import torch
import transformers as hf
from safetensors import safe_open

LARGEST = 1e-4


def expected_of(path):
    with safe_open(path, "pt") as file:
        return json.loads(file.metadata()["input"]), file.get_tensor("input"), file.get_tensor("hidden")


def arguments(folder, reads, batch):
    """What the model is called with, and which tokens count."""
    if reads["modality"] == "image":
        mean, sd = torch.tensor(reads["mean"]), torch.tensor(reads["sd"])
        return dict(pixel_values=((batch - mean) / sd).permute(0, 3, 1, 2)), slice(None)
    mask = batch >= 0
    padding = hf.AutoConfig.from_pretrained(folder).pad_token_id or 0
    ids = torch.where(mask, batch, torch.tensor(float(padding))).long()
    return dict(input_ids=ids, attention_mask=mask.long()), mask


def check(folder):
    reads, batch, hidden = expected_of(folder.with_name(f"{folder.name}.expected.safetensors"))
    model, loading = hf.AutoModel.from_pretrained(folder, output_loading_info=True)
    missing = [name for name in loading["missing_keys"] if not name.startswith("pooler.")]
    given, counts = arguments(folder, reads, batch)
    with torch.no_grad():
        found = model.eval()(**given).last_hidden_state
    difference = (found - hidden)[counts].abs().max().item()
    tokenizer = ""
    if reads["modality"] == "text":
        tokenizer = f", {hf.PreTrainedTokenizerFast.from_pretrained(folder).vocab_size} tokens"
    print(
        f"{folder.name}: {type(model).__name__}{tokenizer}, largest difference {difference:.1e} of {hidden.abs().max():.1f}, "
        f"missing {missing}, not used {sorted(loading['unexpected_keys'])}"
    )
    return difference <= LARGEST and not missing and not loading["unexpected_keys"]


def main():
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    folders = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir())
    assert len(folders) == 7, f"{len(folders)} families of 7"
    # Every family is looked at, also behind one that fails.
    sys.exit(0 if all([check(folder) for folder in folders]) else 1)


if __name__ == "__main__":
    main()
