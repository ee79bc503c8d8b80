"""What reviews say together: pure arithmetic, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Summary:
    """`number` of reviews; `mean` of their means and `spread` between the highest and the lowest of them.

    Mean and spread are in points of the rubric's scale, to a hundredth; None where nothing was scored.
    """

    number: int
    mean: Decimal | None
    spread: Decimal | None


def weighted_mean(scores: Sequence[tuple[int | None, int]]) -> Decimal | None:
    """The mean of (score, weight) pairs, weighted, over what was scored: Σ w·s / Σ w. None if nothing was.

    A criterion that the mentor could not judge (None) leaves both sums, so it neither helps nor harms.
    """
    scored = [(Decimal(score), weight) for score, weight in scores if score is not None]
    if not scored:
        return None
    return sum((score * weight for score, weight in scored), Decimal(0)) / sum(weight for _, weight in scored)


def rounded(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def summarise(means: Sequence[Decimal | None]) -> Summary:
    """The summary of reviews by their own means: each review counts alike, however many criteria it scored."""
    given = [mean for mean in means if mean is not None]
    if not given:
        return Summary(len(means), None, None)
    return Summary(len(means), rounded(sum(given, Decimal(0)) / len(given)), rounded(max(given) - min(given)))
