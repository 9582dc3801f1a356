"""What a twin cannot be shown for so long is refused before anything is shown."""

import pytest

from tests.fakes import FakeTwin, noise_contrast
from v1vlm.errors import ProposalError
from v1vlm.scientist import check_length


def card(longest_s):
    return FakeTwin().card.model_copy(update={"longest_s": longest_s})


def noise(duration_s):
    return noise_contrast(0.6, 0.3).model_copy(update={"duration_s": duration_s})


@pytest.mark.parametrize(("duration_s", "longest_s"), [(10.0, None), (4.5, 5.5), (0.2, 1.2)])
def test_what_fits_with_half_a_second_of_grey_on_either_side(duration_s, longest_s):
    check_length(noise(duration_s), card(longest_s))


def test_what_lasts_too_long():
    with pytest.raises(ProposalError, match=r"last 4\.60 s; fake can be shown 4\.50 s"):
        check_length(noise(4.6), card(5.5))
    with pytest.raises(ProposalError, match=r"can be shown 0\.00 s"):
        check_length(noise(0.1), card(0.5))
