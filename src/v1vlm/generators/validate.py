"""The contract of generators, clause by clause, on a few images."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import ContractError, V1VLMError
from v1vlm.generators.base import Generator, batch_size, card
from v1vlm.stimuli import PaintRequest

PROMPTS = (
    "a grey photograph of tree bark, seen from the front",
    "a grey photograph of round pebbles on a beach, seen from above",
    "straight lines that cross, black on plain grey",
)


def example_requests(generator: Generator) -> list[PaintRequest]:
    """Three prompts with seeds of their own, and the first again with another seed."""
    asked = [*zip(PROMPTS, (1, 2, 3), strict=True), (PROMPTS[0], 4)]
    return [PaintRequest(prompt=p, seed=s, generator=generator.digest) for p, s in asked]


def check_identity(generator: Generator) -> None:
    """It has a digest, and a card of plain values if it has one."""
    if not isinstance(generator, Generator):
        raise ContractError(
            f"It is a {type(generator).__name__}.", "A generator has a digest and paint."
        )
    if not isinstance(generator.digest, str) or not generator.digest:
        raise ContractError(
            f"Its digest is {generator.digest!r}.", "Give a string that changes with the images."
        )
    if generator.digest != generator.digest or batch_size(generator) < 1:
        raise ContractError("Its digest is another each time.", "Give the same string.")
    try:
        json.dumps(dict(card(generator)), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ContractError(f"Its card is no JSON: {error}.", "Give words and numbers.") from error


def check_images(generator: Generator, requests: Sequence[PaintRequest]) -> NDArray[np.uint8]:
    """Grey levels of one size, one image per request, none of them blank; returns them."""
    images = generator.paint(requests)
    least = (len(requests), requests[0].height_px, requests[0].width_px)
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.ndim != 3:
        said = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else type(images)
        raise ContractError(f"It painted {said}.", "Give uint8 (request, y, x).")
    if len(images) != least[0] or any(n < m for n, m in zip(images.shape, least, strict=True)):
        raise ContractError(
            f"It painted {images.shape} when at least {least} was asked for.",
            "Paint one image per request, at least as large as the screen.",
        )
    for request, image in zip(requests, images, strict=True):
        if int(image.max()) == int(image.min()):
            raise ContractError(
                f"The image of {request.prompt!r} is blank.", "Raise PaintError instead."
            )
    return images


def check_repeats(
    generator: Generator, requests: Sequence[PaintRequest], images: NDArray[np.uint8]
) -> None:
    """Equal requests give equal images, whatever was painted before."""
    _require_equal(generator.paint(requests), images, "painted again")


def check_company(
    generator: Generator, requests: Sequence[PaintRequest], images: NDArray[np.uint8]
) -> None:
    """An image depends neither on the others of its batch nor on their order."""
    _require_equal(generator.paint(requests[::-1])[::-1], images, "painted in another order")
    _require_equal(generator.paint(requests[1:2]), images[1:2], "painted alone")


def check_seeds(requests: Sequence[PaintRequest], images: NDArray[np.uint8]) -> None:
    """Other seeds and other prompts give other images."""
    for one in range(len(requests)):
        for other in range(one):
            if np.array_equal(images[one], images[other]):
                raise ContractError(
                    f"{requests[other].prompt!r} with seed {requests[other].seed} and "
                    f"{requests[one].prompt!r} with seed {requests[one].seed} are the same image.",
                    "Let the image depend on both.",
                )


def checked(generator: Generator) -> Iterator[tuple[str, V1VLMError | None]]:
    """Hold a generator against every clause; later ones need the images of the second.

    Yields
    ------
    clause, problem
        In words; None where it holds.
    """
    problem = _problem(lambda: check_identity(generator))
    yield "has a digest, and a card of plain values", problem
    if problem is not None:
        return
    requests, painted = example_requests(generator), []
    problem = _problem(lambda: painted.append(check_images(generator, requests)))
    yield "paints grey images that show something", problem
    if problem is not None:
        return
    images = painted[0]
    yield (
        "equal requests give equal images",
        _problem(lambda: check_repeats(generator, requests, images)),
    )
    yield (
        "an image does not depend on its company",
        _problem(lambda: check_company(generator, requests, images)),
    )
    yield "seeds and prompts make a difference", _problem(lambda: check_seeds(requests, images))


def _problem(clause: Callable[[], None]) -> V1VLMError | None:
    try:
        clause()
    except V1VLMError as error:
        return error
    return None


def _require_equal(images: NDArray[np.uint8], before: NDArray[np.uint8], how: str) -> None:
    if images.shape != before.shape or not np.array_equal(images, before):
        same = images.shape == before.shape
        worst = int(np.abs(images.astype(int) - before).max()) if same else 255
        raise ContractError(
            f"An image {how} differs by up to {worst} grey levels.",
            "Seed every image by itself, and paint in batches of one size.",
        )
