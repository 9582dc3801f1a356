"""Random instances of every kind of stimulus, from the bounds of its own parameters."""

import numpy as np
from hypothesis import strategies as st

from v1vlm.errors import InputError
from v1vlm.stimuli import Grating, PaintRequest, Photograph, as_asset
from v1vlm.stimuli.base import Stimulus

KINDS = (
    "grating",
    "centre_surround",
    "plaid",
    "flat_gabor",
    "grating_sequence",
    "random_dots",
    "bar",
    "looming",
    "chirp",
    "lines",
    "crossing",
    "junction",
    "arc",
    "contour",
    "contour_map",
    "gabor_path",
    "symmetric",
    "outlines",
    "owned_edge",
    "textured_figure",
    "oriented_texture",
    "dead_leaves",
    "quilt",
    "photograph",
    "photo_clip",
    "photo_surround",
    "phase_scrambled",
    "retimed",
    "succession",
    "uniform_noise",
    "pink_noise",
    "sparse_noise",
    "painted",
    "stored",
)

STORED, STORED_FRAMES = as_asset(np.arange(36 * 64).reshape(36, 64).astype(np.uint8))


class Several(list):
    def to_json(self):
        return [value.to_json() for value in self]


NESTED = {
    "centre": Photograph(name="camera", row=0.2),
    "surround": Photograph(name="moon"),
    "source_stimulus": Grating(orientation_deg=30, temporal_frequency_hz=2, duration_s=0.2),
    "items": Several([Grating(temporal_frequency_hz=2, duration_s=0.2), Grating()]),
    "request": PaintRequest(prompt="a thicket of twigs", seed=1, generator="none"),
}


def _value(schema):
    if "anyOf" in schema:
        return st.one_of(*map(_value, schema["anyOf"]))
    if "pattern" in schema:  # the name of an array
        return st.just(STORED)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "boolean":
        return st.booleans()
    if schema["type"] == "null":
        return st.none()
    if schema["type"] == "array":
        return st.lists(
            _value(schema["items"]), min_size=schema["minItems"], max_size=schema["maxItems"]
        )
    low = schema.get("minimum", schema.get("exclusiveMinimum", -20))
    if schema["type"] == "integer":
        return st.integers(low, schema.get("maximum", 2**32))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 20))
    # Short decimals: half-open bounds and their neighbours are pydantic's own business.
    step = (high - low) / 1000
    return st.integers(1, 999).map(lambda k: low + step * k)


def json_of(kind):
    """Strategy of JSON values of one kind, some of them refused by its validators."""
    fields = Stimulus.kinds[kind].model_json_schema()["properties"]
    free = {
        name: st.just(NESTED[name].to_json()) if name in NESTED else _value(schema)
        for name, schema in fields.items()
        if name not in ("kind", "duration_s")
    }
    return st.fixed_dictionaries({**free, "kind": st.just(kind)})


def _parsed(value):
    try:
        return Stimulus.from_json(value)
    except InputError:
        return None


def stimuli(kind):
    return json_of(kind).map(_parsed).filter(lambda stimulus: stimulus is not None)
