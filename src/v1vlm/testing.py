"""Shipped contracts: classes that the author of a plug-in subclasses in their tests."""

from __future__ import annotations

from v1vlm.twins import Twin, validate


class TwinContract:
    """What every twin must keep; override `make_twin`, and pytest runs one test per clause.

    Examples
    --------
    ::

        class TestMyTwin(TwinContract):
            def make_twin(self):
                return my_twin()
    """

    def make_twin(self) -> Twin:
        """Return the twin under test; called once per test, so cache what is dear."""
        raise NotImplementedError("a TwinContract must override make_twin")

    def test_card_is_a_twin_card(self) -> None:
        """The card says what the twin is."""
        validate.check_card(self.make_twin())

    def test_table_lists_every_neuron(self) -> None:
        """The table agrees with the card."""
        validate.check_neurons_table(self.make_twin())

    def test_one_finite_time_point_per_frame(self) -> None:
        """Responses are labelled and finite."""
        validate.check_responses(self.make_twin())

    def test_deterministic_and_without_memory(self) -> None:
        """Equal frames give equal responses."""
        validate.check_deterministic(self.make_twin())

    def test_batch_does_not_matter(self) -> None:
        """A stimulus answers alone as in a batch."""
        validate.check_batch(self.make_twin())

    def test_static_view_equals_copy(self) -> None:
        """Strides do not matter."""
        validate.check_static(self.make_twin())

    def test_subset_equals_slice(self) -> None:
        """Other neurons do not matter."""
        validate.check_subset(self.make_twin())

    def test_behaviours_of_the_card(self) -> None:
        """Every behaviour promised is there."""
        validate.check_behaviours(self.make_twin())

    def test_refuses_what_it_cannot_show(self) -> None:
        """Bad input is an InputError."""
        validate.check_refusals(self.make_twin())
