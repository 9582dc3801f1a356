"""The contract of generators, for their authors."""

from __future__ import annotations

from typing import Any

from v1vlm.generators import Generator, validate

_PAINTED: dict[type, Any] = {}


class GeneratorContract:
    """What every generator must keep; override `make_generator`, and pytest runs the clauses.

    Examples
    --------
    ::

        class TestMyGenerator(GeneratorContract):
            def make_generator(self):
                return my_generator()
    """

    def make_generator(self) -> Generator:
        """Return the generator under test; called once per test, so cache what is dear."""
        raise NotImplementedError("a GeneratorContract must override make_generator")

    def test_has_a_digest_and_a_plain_card(self) -> None:
        """It says what it is, and made anew it is the same."""
        generator = self.make_generator()
        validate.check_identity(generator)
        assert self.make_generator().digest == generator.digest

    def test_paints_grey_images_that_show_something(self) -> None:
        """One per request, of one size, at least as large as the screen."""
        self._painted()

    def test_equal_requests_give_equal_images(self) -> None:
        """Painted again, also by one that was made anew."""
        requests, images = self._painted()
        validate.check_repeats(self.make_generator(), requests, images)

    def test_an_image_does_not_depend_on_its_company(self) -> None:
        """Alone, in a batch, in another order: the same pixels, so that a study can resume."""
        requests, images = self._painted()
        validate.check_company(self.make_generator(), requests, images)

    def test_seeds_and_prompts_make_a_difference(self) -> None:
        """Fresh draws are fresh images."""
        validate.check_seeds(*self._painted())

    def _painted(self) -> Any:
        if type(self) not in _PAINTED:
            generator = self.make_generator()
            requests = validate.example_requests(generator)
            _PAINTED[type(self)] = requests, validate.check_images(generator, requests)
        return _PAINTED[type(self)]
