"""Writes what SciPy, statsmodels and scikit-learn make of the same predictions.

    python generate.py > oracle.json        (needs numpy, scipy, statsmodels and scikit-learn)

SciPy has no bootstrap of crossed items and seeds; that of several pairs of runs is written anew here, over items and
not over patterns of outcomes.
"""

import json

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn.metrics import accuracy_score, f1_score
from statsmodels.stats.contingency_tables import mcnemar

RESAMPLES = 100_000
CROSSED_RESAMPLES = 20_000


def macro_f1(truth, predicted, classes):
    """Rows of samples [..., items] -> macro-F1 of each."""
    total = 0
    for c in range(classes):
        right = np.sum((truth == c) & (predicted == c), axis=-1)
        either = np.sum(truth == c, axis=-1) + np.sum(predicted == c, axis=-1)
        total = total + np.where(either > 0, 2 * right / np.maximum(either, 1), 0)
    return total / classes


def accuracy(truth, predicted, _classes):
    return np.mean(truth == predicted, axis=-1)


def predictions(rng, truth, classes, share, hardness):
    """Right where an item's hardness and a run's own luck allow it."""
    luck = rng.random(len(truth))
    right = 0.6 * hardness + 0.4 * luck < np.quantile(0.6 * hardness + 0.4 * luck, share)
    return np.where(right, truth, (truth + rng.integers(1, classes, len(truth))) % classes)


def scores(truth, predicted, classes):
    labels = list(range(classes))
    macro = f1_score(truth, predicted, labels=labels, average="macro", zero_division=0)
    return {"accuracy": accuracy_score(truth, predicted), "macroF1": macro}


def scipy_intervals(rng, truth, a, b, classes):
    out = {}
    for name, score in (("accuracy", accuracy), ("macroF1", macro_f1)):
        def difference(t, x, y, axis=-1):
            return score(t, y, classes) - score(t, x, classes)

        found = stats.bootstrap(
            (truth, a, b), difference, paired=True, vectorized=True, n_resamples=RESAMPLES, batch=2000,
            confidence_level=0.95, method="percentile", rng=rng,
        )
        interval = found.confidence_interval
        out[name] = {"interval": [interval.low, interval.high], "standardError": found.standard_error}
    return out


def single(rng, items, classes, share_a, share_b, weights):
    truth = rng.choice(classes, size=items, p=weights)
    hardness = rng.random(items)
    a = predictions(rng, truth, classes, share_a, hardness)
    b = predictions(rng, truth, classes, share_b, hardness)
    return {
        "classes": classes, "truth": truth.tolist(), "a": a.tolist(), "b": b.tolist(),
        "scores": {"a": scores(truth, a, classes), "b": scores(truth, b, classes)},
        "bootstrap": scipy_intervals(rng, truth, a, b, classes),
    }


def crossed(rng, total, tested, seeds, classes, share_a, share_b, spread):
    """`tested` of `total` items for each seed; all of them where they are equal."""
    all_truth = rng.integers(0, classes, total)
    hardness = rng.random(total)
    runs = []
    for seed in range(1, seeds + 1):
        items = np.sort(rng.choice(total, tested, replace=False))
        truth = all_truth[items]
        a = predictions(rng, truth, classes, share_a + spread * rng.standard_normal(), hardness[items])
        b = predictions(rng, truth, classes, share_b + spread * rng.standard_normal(), hardness[items])
        runs.append((seed, items, truth, a, b))
    union = np.unique(np.concatenate([items for _, items, *_ in runs]))
    bootstrap = {}
    draws = [rng.choice(union, len(union)) for _ in range(CROSSED_RESAMPLES)]
    pairs = rng.integers(0, seeds, (CROSSED_RESAMPLES, seeds - 1))
    for name, score in (("accuracy", accuracy), ("macroF1", macro_f1)):
        observed = np.array([score(t, b, classes) - score(t, a, classes) for _, _, t, a, b in runs])
        resampled = np.empty((CROSSED_RESAMPLES, seeds))
        for r, drawn in enumerate(draws):
            times = np.bincount(drawn, minlength=total)
            for p, (_, items, t, a, b) in enumerate(runs):
                again = np.repeat(np.arange(len(items)), times[items])
                resampled[r, p] = score(t[again], b[again], classes) - score(t[again], a[again], classes)
        within = np.mean(np.var(resampled - observed, axis=1, ddof=1))
        between = np.var(observed, ddof=1)
        shrink = np.sqrt(1 - within / between) if between > within else 0
        widen = stats.t.ppf(0.975, seeds - 1) / stats.norm.ppf(0.975)
        means = resampled.mean(axis=1) + shrink * widen * (observed - observed.mean())[pairs].mean(axis=1)
        bootstrap[name] = {
            "shrink": float(shrink),
            "interval": np.percentile(means, [2.5, 97.5]).tolist(),
            "standardError": float(np.std(means, ddof=1)),
        }
    return {
        "classes": classes,
        "runs": [
            {"seed": seed, "items": items.tolist(), "truth": truth.tolist(), "a": a.tolist(), "b": b.tolist()}
            for seed, items, truth, a, b in runs
        ],
        "items": len(union),
        "bootstrap": bootstrap,
    }


def tables():
    for table in (
        [[80, 0], [0, 20]], [[80, 0], [5, 15]], [[80, 0], [6, 14]], [[70, 12], [12, 6]], [[70, 3], [12, 15]],
        [[60, 4], [20, 16]], [[60, 5], [20, 15]], [[50, 13], [13, 24]], [[500, 30], [62, 208]], [[900, 10], [80, 10]],
        [[5000, 400], [1, 99]],
    ):
        few = table[0][1] + table[1][0] < 25
        found = mcnemar(table, exact=few, correction=True)
        yield {"table": table, "exact": few, "statistic": float(found.statistic), "pValue": float(found.pvalue)}


def seeds_of(values):
    n, mean, sd = len(values), float(np.mean(values)), float(np.std(values, ddof=1))
    low, high = stats.t.interval(0.95, n - 1, loc=mean, scale=sd / np.sqrt(n))
    return {"values": values, "mean": mean, "sd": sd, "interval": [float(low), float(high)]}


def main():
    rng = np.random.default_rng(7)
    points = [0, 1e-8, 0.001, 0.1, 0.5, 1, 1.9, 1.999, 2, 2.001, 2.5, 3, 5, 8, 20, 26]
    print(json.dumps({
        "software": {
            "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "erfc": [[x, float(scipy.special.erfc(x))] for x in [-3, -0.7, *points]],
        "chiSquareSurvival": [[x, float(stats.chi2.sf(x, 1))] for x in [0, 0.01, 0.5, 1, 3.84, 7.9, 8.1, 30, 100, 400]],
        "studentTQuantile": [
            [p, df, float(stats.t.ppf(p, df))]
            for p in (0.025, 0.5, 0.6, 0.9, 0.975, 0.9995) for df in (1, 2, 3, 4, 5, 9, 10, 29, 100, 999)
        ],
        "mcnemar": list(tables()),
        "seeds": [seeds_of(v) for v in ([0.9, 0.8], [0.91, 0.905, 0.93], [0.1, 0.2, 0.4, 0.8, 0.7])],
        "single": [
            single(rng, 150, 4, 0.7, 0.78, [0.5, 0.3, 0.15, 0.05]),
            single(rng, 400, 3, 0.8, 0.82, [0.4, 0.3, 0.3]),
            single(rng, 60, 2, 0.6, 0.9, [0.5, 0.5]),
        ],
        "crossed": [crossed(rng, 90, 90, 5, 3, 0.7, 0.76, 0.08), crossed(rng, 120, 50, 3, 3, 0.7, 0.8, 0.1),
            crossed(rng, 80, 80, 3, 3, 0.7, 0.75, 0)],
    }, separators=(",", ":")))


main()
