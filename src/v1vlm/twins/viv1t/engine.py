"""Weights from a checkpoint, and the network at work: arrays in, arrays out."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from v1vlm.errors import InputError
from v1vlm.twins.viv1t.fast import Clip, Fast
from v1vlm.twins.viv1t.gradient import gradient
from v1vlm.twins.viv1t.network import Network
from v1vlm.twins.viv1t.options import Options, read_file

_REMEDY = "Give the ckpt/model.pt that was saved with this args.yaml; fetch it again if in doubt."

# Kept in checkpoints; the network works with its own.
_CONSTANTS = ("inv_freq", "scale", "threshold")


class Engine:
    """The network of a run for one mouse.

    Parameters
    ----------
    path : Path
        ``model.pt``: tensors by published name, float32.
    precision : str
        ``"32"``, or ``"bf16"``: the core in bfloat16. The readout stays in float32, whatever
        the precision: it costs little, and sampling in half precision is wrong on processors.
    device : str, optional
        A name of torch; by default an accelerator if there is one.
    exact_reference : bool
        Run the whole network on whole clips, without any saving.

    Raises
    ------
    InputError
        If the weights are not those of the network, or the device does not exist.
    """

    def __init__(
        self,
        path: Path,
        options: Options,
        mouse: str,
        precision: str,
        device: str | None,
        exact_reference: bool = False,
    ) -> None:
        content = read_file(path)
        self.digest = hashlib.sha256(content).hexdigest()
        self._mouse = mouse
        self._device = _device(device)
        self._dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        network = _network(content, options)
        self.core_digest = _digest_of(network.core)
        self._network = network.to(self._device)
        self._network.core.to(self._dtype)
        self._fast = None if exact_reference else Fast(self._network, options, mouse)
        _keep_freed_memory()

    def respond(
        self,
        video: NDArray[np.float32],
        behaviors: NDArray[np.float32],
        pupil_centers: NDArray[np.float32],
        neurons: NDArray[np.intp],
        window: slice,
    ) -> NDArray[np.float32]:
        """Responses (neuron, frame of the window), all in model units.

        Parameters
        ----------
        video : array (frame, y, x)
            As long as the clips of the training.
        behaviors, pupil_centers : array (2, frame)
            Pupil dilation and running speed; pupil x and y.
        neurons : int array
        window : slice
            Frames wanted.
        """
        with torch.inference_mode():
            respond = self._plain if self._fast is None else self._fast.respond
            responses = respond(video, behaviors, pupil_centers, neurons, window)
        return np.asarray(responses.cpu().numpy())

    def vjp(
        self,
        video: NDArray[np.float32],
        behaviors: NDArray[np.float32],
        pupil_centers: NDArray[np.float32],
        neurons: NDArray[np.intp],
        window: slice,
        weights: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Gradient (frame of the window, y, x) of the sum of weights · `respond`."""
        clip = Clip(video, behaviors, pupil_centers)
        return gradient(self._network, self._mouse, self._fast, clip, neurons, window, weights)

    def _plain(
        self,
        video: NDArray[np.float32],
        behaviors: NDArray[np.float32],
        pupil_centers: NDArray[np.float32],
        neurons: NDArray[np.intp],
        window: slice,
    ) -> Tensor:
        """Whole clips through the whole network."""
        clip, state, gaze = (
            torch.from_numpy(np.ascontiguousarray(x)).to(self._device)[None]
            for x in (video[None], behaviors, pupil_centers)
        )
        features = self._network.core(*(x.to(self._dtype) for x in (clip, state, gaze)))
        return self._network.read(
            features[:, :, window].float(),
            state[..., window],
            gaze[..., window],
            self._mouse,
            torch.from_numpy(neurons).to(self._device),
        )[0]


def _digest_of(part: torch.nn.Module) -> str:
    """SHA-256 of the weights of a part of the network, by name."""
    found = hashlib.sha256()
    for name, weights in sorted(part.state_dict().items()):
        found.update(name.encode() + weights.numpy().tobytes())
    return found.hexdigest()


def _network(content: bytes, options: Options) -> Network:
    weights = _weights(content)
    # Without memory: sizes are compared with those of the weights before any is taken.
    with torch.device("meta"):
        network = Network(options)
    expected = network.state_dict()
    for name in sorted(expected.keys() ^ weights.keys()):
        which = "missing from" if name in expected else "unknown in"
        raise InputError(f"The parameter {name!r} is {which} the weights.", _REMEDY)
    for name, value in weights.items():
        wanted = expected[name]
        if (value.shape, value.dtype) != (wanted.shape, wanted.dtype):
            raise InputError(
                f"The weights {name!r} are {value.dtype} {tuple(value.shape)}; the network "
                f"needs {wanted.dtype} {tuple(wanted.shape)}.",
                _REMEDY,
            )
        if not torch.isfinite(value).all():
            raise InputError(f"The weights {name!r} hold values that are not finite.", _REMEDY)
        if name.rpartition(".")[2] in _CONSTANTS and not torch.allclose(value, wanted, rtol=1e-4):
            raise InputError(f"The weights {name!r} are not the constant of this network.", _REMEDY)
    network.load_state_dict(weights, strict=True, assign=True)
    return network.requires_grad_(False).eval()


def _weights(content: bytes) -> dict[str, Tensor]:
    """Tensors by name; nothing in the file is executed."""
    try:
        # Torch reads what is damaged as if it were not.
        _require_checksums(content)
        loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except InputError:
        raise
    except Exception as error:
        # A file that is damaged or foreign fails in as many ways as its format has parts, and what
        # torch says tells how to run what is in it.
        raise InputError(
            f"The weights cannot be read ({type(error).__name__}): they are damaged, or more than "
            "tensors, and nothing else is loaded.",
            _REMEDY,
        ) from error
    if not isinstance(loaded, Mapping) or not all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in loaded.items()
    ):
        raise InputError("The file of weights does not hold tensors by name.", _REMEDY)
    found: dict[str, Tensor] = {}
    for prefixed, value in loaded.items():
        # Compiled modules save their parameters under a prefix.
        name = prefixed.replace("_orig_mod.", "")
        if name in found:
            raise InputError(f"The weights hold {name!r} twice, once as {prefixed!r}.", _REMEDY)
        if value.layout != torch.strided or value.is_nested or value.device.type != "cpu":
            raise InputError(f"The weights {name!r} are no plain numbers.", _REMEDY)
        found[name] = value
    return found


def _require_checksums(content: bytes) -> None:
    if zipfile.is_zipfile(io.BytesIO(content)):
        damaged = zipfile.ZipFile(io.BytesIO(content)).testzip()
        if damaged is not None:
            raise InputError(
                f"The weights are damaged: {damaged} does not have its checksum.", _REMEDY
            )


def _keep_freed_memory() -> None:
    """Let the C library keep what is freed between blocks, instead of asking for it anew.

    It gives back freed memory beyond twice the largest piece freed so far, and pages that it
    gets again are cleared one by one: a tenth of the time.
    """
    torch.empty(31 * 2**20, dtype=torch.uint8)


def _device(name: str | None) -> torch.device:
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).cpu()
    except Exception as error:
        # Torch tells an unknown name, a missing driver and a missing build apart by type.
        raise InputError(
            f"The device {name!r} cannot be used: {str(error).splitlines()[0]}",
            "Give device='cpu', or leave it out.",
        ) from error
    return device
