"""How neurons are classically tested: ready-made designs with citations, as data."""

from __future__ import annotations

import difflib

from v1vlm.errors import UnknownNameError
from v1vlm.protocols.base import SCREEN, AtReceptiveField, Condition, Drifting, Protocol, Site
from v1vlm.protocols.centred import (
    ContrastResponse,
    OnsetDelay,
    PhaseModulation,
    SizeTuning,
    SurroundModulation,
)
from v1vlm.protocols.fields import ReceptiveFields
from v1vlm.protocols.gratings import (
    DirectionTuning,
    PlaidTuning,
    RecordedGabors,
    SpatialFrequencyTuning,
    TemporalFrequencyTuning,
)
from v1vlm.protocols.scenes import NaturalImages

PROTOCOLS: tuple[type[Protocol], ...] = (
    DirectionTuning,
    RecordedGabors,
    SpatialFrequencyTuning,
    TemporalFrequencyTuning,
    ContrastResponse,
    SizeTuning,
    OnsetDelay,
    SurroundModulation,
    PlaidTuning,
    PhaseModulation,
    NaturalImages,
)
"""All protocols of stimuli on a grid of conditions, in the order of their numbers."""

ALL: tuple[type[Protocol] | type[ReceptiveFields], ...] = (ReceptiveFields, *PROTOCOLS)


def protocol(name: str) -> Protocol | ReceptiveFields:
    """Find a protocol, with its default parameters, by name (``size``) or number (``P6``).

    Raises
    ------
    UnknownNameError
        If there is none; names the nearest.
    """
    known = {name_of(cls): cls for cls in ALL}
    found = known.get(name) or {cls.id.lower(): cls for cls in ALL}.get(name.lower())
    if found is None:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise UnknownNameError(
            f"There is no protocol called {name!r}.", f"{hint}Known: {', '.join(known)}."
        )
    return found()


def name_of(protocol: type[Protocol] | type[ReceptiveFields]) -> str:
    """Name that a protocol is found by."""
    return str(protocol.model_fields["kind"].default)


__all__ = [
    "ALL",
    "PROTOCOLS",
    "SCREEN",
    "AtReceptiveField",
    "Condition",
    "ContrastResponse",
    "DirectionTuning",
    "Drifting",
    "NaturalImages",
    "OnsetDelay",
    "PhaseModulation",
    "PlaidTuning",
    "Protocol",
    "ReceptiveFields",
    "RecordedGabors",
    "Site",
    "SizeTuning",
    "SpatialFrequencyTuning",
    "SurroundModulation",
    "TemporalFrequencyTuning",
    "name_of",
    "protocol",
]
