"""The arithmetic of reviews, worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.scoring import Summary, rounded, summarise, weighted_mean


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        ([], None),
        ([(None, 1), (None, 3)], None),
        ([(4, 1)], "4.00"),
        ([(4, 9)], "4.00"),
        ([(4, 1), (2, 1)], "3.00"),
        # (4·3 + 2·1) / 4 = 3.5
        ([(4, 3), (2, 1)], "3.50"),
        # What could not be judged leaves both sums: (4·3) / 3, never (4·3 + 0·1) / 4.
        ([(4, 3), (None, 1)], "4.00"),
        # (5 + 4 + 4) / 3 = 4.333…
        ([(5, 1), (4, 1), (4, 1)], "4.33"),
        # (5 + 5 + 4) / 3 = 4.666…
        ([(5, 1), (5, 1), (4, 1)], "4.67"),
        # (1·2 + 2·1) / 8 … (2·5 + 3·3) / 8 = 2.375: half goes up, also where binary fractions would go down.
        ([(2, 5), (3, 3)], "2.38"),
        # (4·199 + 5·1) / 200 = 4.005
        ([(4, 199), (5, 1)], "4.01"),
    ],
)
def test_weighted_mean(scores, mean):
    found = weighted_mean(scores)
    assert (found if found is None else str(rounded(found))) == mean


@pytest.mark.parametrize(
    ("means", "summary"),
    [
        ([], (0, None, None)),
        ([None], (1, None, None)),
        ([None, None], (2, None, None)),
        (["4.00"], (1, "4.00", "0.00")),
        (["4.00", "2.50"], (2, "3.25", "1.50")),
        (["4.00", None, "2.50"], (3, "3.25", "1.50")),
        # 13 / 3 = 4.333…
        (["5.00", "4.00", "4.00"], (3, "4.33", "1.00")),
        # (4.33 + 4.00) / 2 = 4.165
        (["4.33", "4.00"], (2, "4.17", "0.33")),
        (["1.00", "7.00"], (2, "4.00", "6.00")),
    ],
)
def test_summarise(means, summary):
    number, mean, spread = summary
    assert summarise([None if value is None else Decimal(value) for value in means]) == Summary(
        number, mean and Decimal(mean), spread and Decimal(spread)
    )


judged = st.lists(st.tuples(st.none() | st.integers(1, 7), st.integers(1, 10)), max_size=12)


@given(judged)
def test_mean_lies_between_the_lowest_and_the_highest_score(scores):
    given_scores = [score for score, _weight in scores if score is not None]
    mean = weighted_mean(scores)
    assert (mean is None) == (not given_scores)
    if mean is not None:
        assert min(given_scores) <= mean <= max(given_scores)


@given(judged, st.randoms(use_true_random=False))
def test_order_of_criteria_makes_no_difference(scores, random):
    shuffled = list(scores)
    random.shuffle(shuffled)
    assert weighted_mean(shuffled) == weighted_mean(scores)
