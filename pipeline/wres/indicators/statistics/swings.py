"""How far does an organisation's likelihood of entering swing from year to year, apart from chance?

Entries are more than Poisson chance: an organisation changes its practice, its managers or its backlog. Given all
entries of two years, those of the later are then not binomial but beta-binomial. With s_i the later year's part of the
staff and n_i the entries of both years of organisation i,

    x_i ~ beta-binomial(n_i, m_i, M_i),  logit m_i = logit s_i + shift,  M_i = 1 / (swing^2 m_i (1 - m_i)) - 1

so that the log of the later likelihood over the earlier varies with the standard deviation `swing` around `shift`,
beside chance. Both are those that make the pairs of the year likeliest. A test of one organisation takes the `swing`
and no shift: it asks whether its likelihood moved by more than chance and the usual swing.
"""

from dataclasses import dataclass

import numpy as np

from wres.array_types import Floats, Integers

LEAST = 10  # pairs; fewer say too little of a swing, which is then taken as zero (own choice)
_NARROWEST, _WIDEST = 0.001, 2.0


@dataclass(frozen=True, slots=True)
class Swing:
    """The mean and the standard deviation of the log of the later likelihood over the earlier, without chance."""

    shift: float
    swing: float


def estimate_swing(entered: Integers, entries: Integers, share: Floats) -> Swing:
    """Estimate how likelihoods of single organisations swing, from pairs of years.

    Args: arrays of one shape: entries of the later year, entries of both, and the later year's part of the staff of
    both, above 0 and below 1.
    """
    from scipy.optimize import minimize

    some = entries > 0
    entered, entries, share = entered[some], entries[some], share[some]
    if entries.size < LEAST:
        return Swing(0.0, 0.0)
    shift = float(np.log(entered.sum() + 0.5) - np.log((entries - entered).sum() + 0.5))
    shift -= float(np.log((share * entries).sum()) - np.log(((1 - share) * entries).sum()))

    def unlikelihood(parameters: Floats) -> float:
        return -float(_log_chances(entered, entries, share, parameters[0], np.exp(parameters[1])).sum())

    fit = minimize(
        unlikelihood,
        np.array([shift, np.log(0.2)]),
        method="Nelder-Mead",
        bounds=[(shift - 2, shift + 2), (np.log(_NARROWEST), np.log(_WIDEST))],
        options={"xatol": 1e-5, "fatol": 1e-8, "maxiter": 2000},
    )
    swing = float(np.exp(fit.x[1]))
    return Swing(float(fit.x[0]), swing if swing > 2 * _NARROWEST else 0.0)


def _parameters(share: Floats, shift: float, swing: float) -> tuple[Floats, Floats]:
    """Return the two parameters of the beta distribution of the later year's part."""
    mean = 1 / (1 + (1 - share) / share * np.exp(-shift))
    precision = np.maximum(1 / (swing**2 * mean * (1 - mean)) - 1, 1e-3)
    return mean * precision, (1 - mean) * precision


def _log_chances(entered: Integers, entries: Integers, share: Floats, shift: float, swing: float) -> Floats:
    from scipy.special import betaln

    first, second = _parameters(share, shift, swing)
    chances: Floats = betaln(entered + first, entries - entered + second) - betaln(first, second)
    return chances


def swing_tails(entered: Integers, entries: Integers, share: Floats, swing: float) -> tuple[Floats, Floats]:
    """Return mid-p tails, below and above, of the later year's entries where nothing changed but for chance and swing.

    Args: as in `estimate_swing`, at least one entry each; the swing, above 0.
    """
    from scipy.special import betaln, gammaln

    first, second = _parameters(share, 0.0, swing)
    lengths = entries + 1
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    row = np.repeat(np.arange(lengths.size), lengths)
    outcome = np.arange(lengths.sum()) - starts[row]
    others = entries[row] - outcome
    # All outcomes of all rows lie in one long array.
    log_chance = betaln(outcome + first[row], others + second[row]) - betaln(first, second)[row]
    log_chance += gammaln(entries + 1)[row] - gammaln(outcome + 1) - gammaln(others + 1)
    chance = np.exp(log_chance)
    seen = entered[row]
    below = np.add.reduceat(chance * ((outcome < seen) + 0.5 * (outcome == seen)), starts)
    above = np.add.reduceat(chance * ((outcome > seen) + 0.5 * (outcome == seen)), starts)
    return below, above
