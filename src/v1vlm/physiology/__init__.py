"""What the laboratory measures of its neurons before it asks anything of them."""

from v1vlm.physiology.battery import BRIEF, FULL, QUICK, Battery, cost
from v1vlm.physiology.blind_spots import BlindSpot, blind_spots, reason_against
from v1vlm.physiology.card import Card, card_from, lost, make_card, within_error
from v1vlm.physiology.characterise import (
    PROTOCOL,
    characterisation,
    characterise,
    load_physiology,
)
from v1vlm.physiology.cited import check_same, citation, read_card
from v1vlm.physiology.classical import Measured, run_protocol
from v1vlm.physiology.facts import Judged
from v1vlm.physiology.fields import Fields, receptive_fields
from v1vlm.physiology.recordings import (
    read_recording,
    recorded_card,
    recording,
    reference_mouse,
)
from v1vlm.physiology.reference import Fact, RecordedMouse, facts

__all__ = [
    "BRIEF",
    "FULL",
    "PROTOCOL",
    "QUICK",
    "Battery",
    "BlindSpot",
    "Card",
    "Fact",
    "Fields",
    "Judged",
    "Measured",
    "RecordedMouse",
    "blind_spots",
    "card_from",
    "characterisation",
    "characterise",
    "check_same",
    "citation",
    "cost",
    "facts",
    "load_physiology",
    "lost",
    "make_card",
    "read_card",
    "read_recording",
    "reason_against",
    "receptive_fields",
    "recorded_card",
    "recording",
    "reference_mouse",
    "run_protocol",
    "within_error",
]
