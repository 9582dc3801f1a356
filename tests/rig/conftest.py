from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _small(small_protocol: None) -> None:
    """Every study in this folder characterises with the small protocol."""
