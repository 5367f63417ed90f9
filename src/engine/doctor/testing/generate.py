"""Confident learning by cleanlab, as a reference for confident.test.ts.

    python generate.py > confident.json        (needs numpy and cleanlab; written with cleanlab 2.9.0)

`suspects` are the off-diagonal items of cleanlab's confident joint whose given class is under its threshold, with the
class that the joint puts them in, by rising normalised margin.
"""

import json

import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.rank import get_normalized_margin_for_each_label

ITEMS, CLASSES, WRONG = 60, 4, 9
rng = np.random.default_rng(7)
truth = np.arange(ITEMS) % CLASSES
labels = truth.copy()
labels[rng.choice(ITEMS, WRONG, replace=False)] += 1
labels %= CLASSES
logits = rng.normal(0, 1, (ITEMS, CLASSES)) + 2.2 * np.eye(CLASSES)[truth]
probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
probabilities = np.round(probabilities, 6).astype(np.float32).astype(np.float64)
thresholds = get_confident_thresholds(labels, probabilities)
_, off_diagonal = compute_confident_joint(labels, probabilities, return_indices_of_off_diagonals=True)
# cleanlab scales margins to 0..1; the order is the same.
margins = 2 * get_normalized_margin_for_each_label(labels, probabilities) - 1
own = probabilities[np.arange(ITEMS), labels]
suspects = [i for i in off_diagonal if own[i] < thresholds[labels[i]]]
suspects.sort(key=lambda i: margins[i])
believed = [int(np.argmax(np.where(probabilities[i] >= thresholds, probabilities[i], -1))) for i in suspects]
print(
    json.dumps(
        {
            "classes": CLASSES,
            "labels": labels.tolist(),
            "probabilities": probabilities.round(6).tolist(),
            "thresholds": thresholds.tolist(),
            "offDiagonal": len(off_diagonal),
            "suspects": [int(i) for i in suspects],
            "suggested": believed,
            "margins": [float(margins[i]) for i in suspects],
        }
    )
)
