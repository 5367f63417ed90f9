"""Trains the same small network in PyTorch for every level, pooling and objective, and writes what came out.

    python generate.py > oracle.json        (needs torch and numpy; any recent version)

Everything is written anew from the definitions: the Philox generator, the noises, the poolings, the objectives. So
agreement says that both sides mean the same thing. Numbers are float64; `float32` beside each case says how far
PyTorch's own float32 strays from them.
"""

import json
import math
import sys

import numpy as np
import torch

SEED, STEPS, BATCH, K, CLASSES, FEATURES, HIDDEN, ATTENTION = 5, 20, 5, 3, 3, 4, 6, 4
RATE, MOMENTUM = 0.05, 0.9
NOISE_PURPOSE = 4  # 1 + the place of "noise" in the engine's list of purposes
STD_DEVS = [1.0, 0.5, 2.0, 1.0]
NOISES = [
    {"id": "gaussian", "site": "input", "stdDev": 0.5},
    {"id": "dropout", "site": "hidden", "rate": 0.3},
    {"id": "gaussian", "site": "features", "stdDev": 0.4},
]
POOLINGS = [
    {"id": "mean"},
    {"id": "max"},
    {"id": "min"},
    {"id": "log-mean-exp", "t": 2},
    {"id": "generalized-mean", "p": 3},
    {"id": "median"},
    {"id": "trimmed-mean", "share": 0.34},
    {"id": "attention", "width": ATTENTION},
]
OBJECTIVES = [
    {"id": "cross-entropy"},
    {"id": "cross-entropy", "labelSmoothing": 0.1, "classWeights": "balanced"},
    {"id": "binary-cross-entropy"},
    {"id": "focal", "gamma": 2},
    {"id": "soft-f1"},
]
CONSISTENCIES = [{"id": "symmetric-kl", "weight": 0.5}, {"id": "logit-variance", "weight": 0.5}]
LEVELS = ["loss", "probabilities", "logits", "features"]
REFUSED = {("generalized-mean", "logits"), ("generalized-mean", "features"), ("attention", "loss")}


# --- Random numbers: Philox4x32-10 (Salmon et al. 2011) ------------------------------------------------------------


def philox(counter, key):
    x = [c & 0xFFFFFFFF for c in counter]
    k = list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(b >> 32) ^ x[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ x[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return x


def draw(size, stream, step, repeats, normal):
    """[BATCH, repeats, size]: number j of repeat k of row b is word j mod 4 of the block (j div 4, b, k, step)."""
    key = (SEED, (NOISE_PURPOSE << 24) | (stream * 64))
    out = np.zeros((BATCH, repeats, 4 * math.ceil(size / 4)))
    for b in range(BATCH):
        for k in range(repeats):
            for block in range(math.ceil(size / 4)):
                u = [(word + 0.5) / 2**32 for word in philox((block, b, k, step), key)]
                if normal:
                    u = [f for i in (0, 2) for f in box_muller(u[i], u[i + 1])]
                out[b, k, 4 * block : 4 * block + 4] = u
    return out[:, :, :size]


def box_muller(u, v):
    radius = math.sqrt(-2 * math.log(u))
    return radius * math.cos(2 * math.pi * v), radius * math.sin(2 * math.pi * v)


# --- Data, batches and first parameters ----------------------------------------------------------------------------

rng = np.random.default_rng(2026)
ITEMS = 11
INPUTS = np.round(rng.normal(size=(ITEMS, FEATURES)), 6)
LABELS = [(7 * i) % CLASSES for i in range(ITEMS)]


def batches():
    for step in range(STEPS):
        weights = [1, 1, 1, 0, 0] if step % 4 == 3 else [1] * BATCH
        yield [(3 * step + 2 * i) % ITEMS for i in range(BATCH)], weights


def initial(attention_size):
    shapes = {
        "backbone.dense_0.weight": (FEATURES, HIDDEN),
        "backbone.dense_0.bias": (HIDDEN,),
        "head.dense_0.weight": (HIDDEN, CLASSES),
        "head.dense_0.bias": (CLASSES,),
    }
    if attention_size:
        shapes |= {
            "pooling.value.weight": (attention_size, ATTENTION),
            "pooling.gate.weight": (attention_size, ATTENTION),
            "pooling.score.weight": (ATTENTION, 1),
        }
    start = np.random.default_rng(7)
    return {name: np.round(start.normal(size=shape) * 0.5, 6) for name, shape in shapes.items()}


# --- The method ----------------------------------------------------------------------------------------------------


def pool(x, f, params):
    """[batch, K, dim] -> [batch, dim]"""
    k = x.shape[1]
    match f["id"]:
        case "mean":
            return x.mean(1)
        case "max":
            return x.max(1).values
        case "min":
            return x.min(1).values
        case "log-mean-exp":
            return (torch.logsumexp(f["t"] * x, 1) - math.log(k)) / f["t"]
        case "generalized-mean":
            return x.clamp(min=1e-6).pow(f["p"]).mean(1).pow(1 / f["p"])
        case "median":
            return x.sort(1).values[:, (k - 1) // 2]
        case "trimmed-mean":
            cut = math.floor(f["share"] * k)
            return x.sort(1).values[:, cut : k - cut].mean(1)
        case "attention":
            gated = torch.tanh(x @ params["pooling.value.weight"]) * torch.sigmoid(x @ params["pooling.gate.weight"])
            return (torch.softmax(gated @ params["pooling.score.weight"], 1) * x).sum(1)
    raise ValueError(f)


def forward(params, items, step, level, f):
    """Logits [batch, K, classes], or [batch, 1, classes] at the level features."""
    dtype = params["head.dense_0.bias"].dtype
    tensor = lambda array: torch.tensor(array, dtype=dtype)
    x = tensor(INPUTS[items])[:, None, :]
    x = x + 0.5 * tensor(draw(FEATURES, 0, step, K, True)) * tensor(np.array(STD_DEVS))
    h = torch.relu(x @ params["backbone.dense_0.weight"] + params["backbone.dense_0.bias"])
    h = h * tensor((draw(HIDDEN, 16 + 1, step, K, False) >= 0.3) / 0.7)
    h = h + 0.4 * tensor(draw(HIDDEN, 2, step, K, True))
    if level == "features":
        h = pool(h, f, params)[:, None, :]
    return h @ params["head.dense_0.weight"] + params["head.dense_0.bias"]


CONVEX = {"mean", "attention"}


def outcome_probabilities(z, objective):
    return torch.sigmoid(z) if objective["id"] == "binary-cross-entropy" else torch.softmax(z, -1)


def pooled_probabilities(z, level, f, objective, params):
    """[batch, K, classes] -> [batch, classes]"""
    if level in ("logits", "features"):
        return outcome_probabilities(z[:, 0] if level == "features" else pool(z, f, params), objective)
    p = pool(outcome_probabilities(z, objective), f, params)
    if f["id"] in CONVEX:
        return p
    if objective["id"] == "binary-cross-entropy":
        q = pool(1 - outcome_probabilities(z, objective), f, params)
        return p / (p + q)
    return p / p.sum(-1, keepdim=True)


def sample_losses(p, labels, objective):
    """p [..., batch, classes] -> [..., batch]"""
    y = torch.nn.functional.one_hot(labels, CLASSES).to(p.dtype)
    match objective["id"]:
        case "cross-entropy":
            e = objective.get("labelSmoothing", 0)
            return -(((1 - e) * y + e / CLASSES) * p.log()).sum(-1)
        case "binary-cross-entropy":
            return -(y * p.log() + (1 - y) * (1 - p).log()).mean(-1)
        case "focal":
            true = (p * y).sum(-1)
            return -((1 - true) ** objective["gamma"]) * true.log()
    raise ValueError(objective)


def soft_f1(p, labels, weights):
    """p [batch, classes] -> []"""
    y = torch.nn.functional.one_hot(labels, CLASSES).to(p.dtype) * weights[:, None]
    p = p * weights[:, None]
    tp, fp, fn = (p * y).sum(0), (p * (1 - y)).sum(0), ((1 - p) * y).sum(0)
    present = y.sum(0) > 0
    return 1 - (2 * tp / (2 * tp + fp + fn))[present].mean()


def loss_of(z, labels, weights, case, params):
    level, f, objective = case["level"], case["pooling"], case["objective"]
    counts = np.bincount(LABELS, minlength=CLASSES)
    balanced = torch.tensor(ITEMS / (CLASSES * counts), dtype=z.dtype)
    item_weights = weights * balanced[labels] if objective.get("classWeights") == "balanced" else weights
    if objective["id"] == "soft-f1":
        if level == "loss":
            each = torch.stack([soft_f1(torch.softmax(z[:, k], -1), labels, weights) for k in range(z.shape[1])])
            value = pool(each[None, :, None], f, params).reshape(())
        else:
            value = soft_f1(pooled_probabilities(z, level, f, objective, params), labels, weights)
    else:
        if level == "loss":
            p = outcome_probabilities(z, objective)
            each = torch.stack([sample_losses(p[:, k], labels, objective) for k in range(z.shape[1])], 1)
            losses = pool(each[:, :, None], f, params)[:, 0]
        else:
            losses = sample_losses(pooled_probabilities(z, level, f, objective, params), labels, objective)
        value = (losses * item_weights).sum() / item_weights.sum()
    if case.get("consistency"):
        value = value + case["consistency"]["weight"] * (inconsistency(z, case["consistency"]["id"]) * weights).sum() / weights.sum()
    return value


def inconsistency(z, name):
    """[batch, K, classes] -> [batch]"""
    if name == "logit-variance":
        return z.var(1, unbiased=True).mean(-1)
    logp = torch.log_softmax(z, -1)
    k = z.shape[1]
    pairs = [
        (logp[:, i].exp() * (logp[:, i] - logp[:, j])).sum(-1) for i in range(k) for j in range(k) if i != j
    ]
    return torch.stack(pairs).mean(0)


# --- Training ------------------------------------------------------------------------------------------------------


def run(case, dtype):
    size = {"features": HIDDEN}.get(case["level"], CLASSES) if case["pooling"]["id"] == "attention" else None
    params = {name: torch.tensor(v, dtype=dtype, requires_grad=True) for name, v in initial(size).items()}
    optimizer = torch.optim.SGD(params.values(), lr=RATE, momentum=MOMENTUM)
    losses, first = [], None
    for step, (items, weights) in enumerate(batches(), start=1):
        optimizer.zero_grad()
        labels = torch.tensor([LABELS[i] for i in items])
        z = forward(params, items, step, case["level"], case["pooling"])
        loss = loss_of(z, labels, torch.tensor(weights, dtype=dtype), case, params)
        loss.backward()
        if first is None:
            first = flat({name: p.grad for name, p in params.items()})
        optimizer.step()
        losses.append(loss.item())
    return losses, first, flat(params)


def flat(params):
    return [x for name in sorted(params) for x in params[name].detach().reshape(-1).tolist()]


def cases():
    for level in LEVELS:
        for f in POOLINGS:
            if (f["id"], level) in REFUSED:
                continue
            for objective in OBJECTIVES:
                # Attention weighs one distribution over the classes; binary cross-entropy has one for each class.
                if (f["id"], level, objective["id"]) == ("attention", "probabilities", "binary-cross-entropy"):
                    continue
                yield {"level": level, "pooling": f, "objective": objective}
    for level in LEVELS[:3]:
        for consistency in CONSISTENCIES:
            yield {"level": level, "pooling": POOLINGS[0], "objective": OBJECTIVES[0], "consistency": consistency}


def rounded(values):
    return [float(f"{x:.9g}") for x in values]


def main():
    results = []
    for case in cases():
        exact, single = run(case, torch.float64), run(case, torch.float32)
        stray = max(abs(a - b) for part in (0, 2) for a, b in zip(exact[part], single[part]))
        losses, gradient, parameters = map(rounded, exact)
        results.append(
            {**case, "losses": losses, "gradient": gradient, "parameters": parameters, "float32": float(f"{stray:.2g}")}
        )
    document = {
        "torch": torch.__version__.split("+")[0],
        "seed": SEED,
        "k": K,
        "noises": NOISES,
        "stdDevs": STD_DEVS,
        "optimizer": {"id": "sgd", "learningRate": RATE, "momentum": MOMENTUM},
        "inputs": INPUTS.reshape(-1).tolist(),
        "labels": LABELS,
        "batches": [{"items": items, "weights": weights} for items, weights in batches()],
        "initial": {size: {n: v.reshape(-1).tolist() for n, v in initial(int(size)).items()} for size in ("0", "3", "6")},
        "cases": results,
    }
    json.dump(document, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()
