"""What a run of ViV1T was trained with: ``args.yaml``, read without trusting it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from v1vlm.errors import InputError
from v1vlm.fetching import needed
from v1vlm.records import Record

REMEDY = "Give the args.yaml that was saved beside the weights, unchanged."

_MAX_BYTES = 16_000_000

_CHANGES_THE_NETWORK = re.compile(r"(core|readout|shifter|transform|output)_")

_TRAINING_ONLY = {
    "core_drop_path",
    "core_ff_dropout",
    "core_lr",
    "core_mha_dropout",
    "core_p_dropout",
    "core_parallel_attention",
    "core_weight_decay",
    "output_dir",
}

# A mouse names folders and modules, so it must not hold separators or dots.
MouseId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,15}$")]
Size = Annotated[int, Field(gt=0, le=4096)]
Row = Annotated[int, Field(ge=0, lt=1_000_000)]
Activation = Literal["none", "tanh", "elu", "relu", "gelu", "silu"]


class InputShapes(Record):
    """Shapes of one trial: video (1, frame, y, x), behaviour and pupil centre (2, frame)."""

    video: tuple[Literal[1], Size, Size, Size]
    behavior: tuple[Literal[2], Size]
    pupil_center: tuple[Literal[2], Size]


class Options(Record):
    """The options that make a network, named as in ``args.yaml``.

    Options without a default must be given; those with one are missing in older runs. What a
    field does not accept is refused by name: patches by plain convolution, which the published
    training has no option for (``core_patch_mode`` 2), and crops (``center_crop``).
    """

    core: Literal["vivit"]
    core_activation: Activation = "none"
    core_behavior_mode: Literal[0, 1, 2]
    core_emb_dim: Size
    core_ff_activation: Activation | Literal["swiglu"]
    core_ff_dim: Size
    core_flash_attention: Literal[0, 1] = 1
    core_head_dim: Size
    core_norm: Literal["layernorm", "rmsnorm", "dyt"] = "layernorm"
    core_norm_qk: bool = False
    core_num_heads: Size
    core_pad_frame: Literal[0, 1]
    core_patch_mode: Literal[0, 1]
    core_pos_encoding: Literal[0, 1, 2, 3, 4, 5, 6, 7]
    core_reg_tokens: int = Field(0, ge=0, le=4096)
    core_spatial_depth: int = Field(ge=0, le=256)
    core_spatial_patch_size: Size
    core_spatial_patch_stride: Size
    core_temporal_depth: int = Field(ge=0, le=256)
    core_temporal_patch_size: Size
    core_temporal_patch_stride: Size
    core_use_causal_attention: bool = False
    readout: Literal["gaussian"]
    readout_bias_mode: Literal[0, 1, 2]
    readout_grid_mode: Literal[0, 1, 2]
    shifter_mode: Literal[0, 1, 2]
    shifter_layers: int = Field(3, gt=0, le=64)
    shifter_size: Size = 5
    output_mode: Literal[0, 1, 2, 3, 4]
    transform_input: Literal[0, 1, 2]
    transform_output: Literal[0, 1, 2]
    center_crop: Literal[1] = 1
    max_frame: Size
    mouse_ids: tuple[MouseId, ...] = Field(min_length=1)
    input_shapes: InputShapes
    output_shapes: dict[MouseId, tuple[Annotated[int, Field(gt=0, le=1_000_000)], Size]]
    neuron_idx: dict[MouseId, tuple[Row, ...]] = Field(default_factory=dict)

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> Self:
        """Read the arguments of a run; what only matters for training is left out.

        Raises
        ------
        InputError
            Naming the first option that is missing, unknown or not supported. A name is unknown
            if it begins like an option of the network (``core_…``, ``readout_…``) and is none.
        """
        unknown = sorted(
            str(name)
            for name in set(args) - set(cls.model_fields) - _TRAINING_ONLY
            if _CHANGES_THE_NETWORK.match(str(name))
        )
        if unknown:
            raise InputError(f"The option {unknown[0]!r} of ViV1T is not known.", REMEDY)
        try:
            return cls.model_validate(
                {name: args[name] for name in cls.model_fields if name in args}
            )
        except ValidationError as error:
            first = error.errors()[0]
            # What does not go together names its options itself.
            place = "".join(f"{part}: " for part in first["loc"])
            said = first["msg"].removeprefix("Value error, ")
            given = first["type"] not in ("missing", "value_error")
            got = f" (got {str(first['input'])[:80]!r})" if given else ""
            raise InputError(f"ViV1T cannot be built: {place}{said}{got}.", REMEDY) from error

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if len(set(self.mouse_ids)) < len(self.mouse_ids):
            raise ValueError("mouse_ids: a mouse is listed twice")
        missing = [mouse for mouse in self.mouse_ids if mouse not in self.output_shapes]
        if missing:
            raise ValueError(f"output_shapes: mouse {missing[0]} is missing")
        for mouse, rows in self.neuron_idx.items():
            if mouse in self.mouse_ids and len(set(rows)) != self.output_shapes[mouse][0]:
                raise ValueError(f"neuron_idx: mouse {mouse} does not list each neuron once")
        if self.core_pos_encoding in (3, 4) and self.core_emb_dim % 2:
            raise ValueError("core_emb_dim: sinusoidal encodings need an even number")
        if self.core_pos_encoding >= 5 and self.core_head_dim % 2:
            raise ValueError("core_head_dim: rotary encodings need an even number")
        if self.core_pos_encoding == 7 and self.core_emb_dim % 4:
            raise ValueError("core_emb_dim: encoding 7 needs a multiple of 4")
        if min(self.padding) < 0:
            where = "temporal" if self.padding[0] < 0 else "spatial"
            raise ValueError(f"core_{where}_patch_stride: steps beyond a patch would cut clips off")
        if min(self.grid) < 1:
            raise ValueError("core_spatial_patch_size: patches are larger than the clip")
        return self

    @property
    def output_activation(self) -> int:
        """The output mode in force: responses scaled to [0, 1] ask for a sigmoid."""
        return 4 if self.transform_output == 2 and self.output_mode != 0 else self.output_mode

    @property
    def channels(self) -> int:
        """Input channels: the video, then behaviour and pupil centre as the mode says."""
        return 1 + 2 * self.core_behavior_mode

    @property
    def patch(self) -> tuple[int, int, int]:
        """Frames, rows and columns of a patch."""
        side = self.core_spatial_patch_size
        return self.core_temporal_patch_size, side, side

    @property
    def stride(self) -> tuple[int, int, int]:
        """Steps between patches in frames, rows and columns."""
        side = self.core_spatial_patch_stride
        return self.core_temporal_patch_stride, side, side

    @property
    def padding(self) -> tuple[int, int, int]:
        """Zeros added to frames, rows and columns, for a clip of `max_frame` frames."""
        if not self.core_pad_frame:
            return 0, 0, 0
        clip = (self.max_frame, *self.input_shapes.video[2:])
        frames, rows, columns = (
            (-(-size // stride) - 1) * stride + patch - size
            for size, patch, stride in zip(clip, self.patch, self.stride, strict=True)
        )
        return frames, rows, columns

    @property
    def grid(self) -> tuple[int, int, int]:
        """Tokens in time, rows and columns, for a clip of `max_frame` frames."""
        clip = (self.max_frame, *self.input_shapes.video[2:])
        frames, rows, columns = (
            (size + pad - patch) // stride + 1
            for size, pad, patch, stride in zip(
                clip, self.padding, self.patch, self.stride, strict=True
            )
        )
        return frames, rows, columns


def read_options(path: Path) -> Options:
    """Read ``args.yaml``: plain data only, no tags of other languages, no anchors.

    Raises
    ------
    InputError
        If the file is missing, is not a plain mapping or does not describe a network.
    """
    yaml = needed("yaml", "viv1t")
    try:
        content = read_file(path, _MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise InputError(f"{path.name} is larger than {_MAX_BYTES} bytes.", REMEDY)
        text = content.decode("utf-8")
        # Anchors can make a small file a huge value; a run writes none.
        if re.search(r"(?m)(?:^|[\s\[{,])[&*]\w", text):
            raise InputError(f"{path.name} holds YAML anchors.", REMEDY)
        args = yaml.safe_load(text)
    except InputError:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path.name} is not plain YAML: {reason}.", REMEDY) from error
    if not isinstance(args, dict):
        raise InputError(f"{path.name} holds no mapping of options.", REMEDY)
    return Options.from_args(args)


def read_file(path: Path, most: int = -1) -> bytes:
    """The content of a file of a run, or its first bytes.

    Raises
    ------
    InputError
        If it cannot be read, or is none: a device or a pipe may have no end.
    """
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise InputError(
            f"There is no readable {path}.",
            "Give the folder of a run of ViV1T, with args.yaml and ckpt/model.pt.",
        ) from error
