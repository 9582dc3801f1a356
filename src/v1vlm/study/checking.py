"""Looking at painted pairs before they are shown: the manipulation check of a study."""

from __future__ import annotations

from v1vlm.analysis.neurons import Physiology
from v1vlm.journal import SeedAt
from v1vlm.manipulation import Looks, Manipulation, Sighted
from v1vlm.rig import DrawPlan, Sighting, inspect
from v1vlm.scientist import Beholder, Lookup, Recognition
from v1vlm.scientist.pictures import lookup_picture
from v1vlm.study.asking import StudyAsker, as_json

NOTHING: tuple[tuple[Looks, ...], list[str]] = ((), [])


class StudyChecker(StudyAsker):
    """A study that looks at what was painted before it shows it to the twin."""

    def _looked(
        self,
        plan: DrawPlan,
        rule: Manipulation | None,
        seed_at: SeedAt,
        physiology: Physiology,
    ) -> tuple[tuple[Looks, ...], list[str]]:
        """What was seen of the pairs of a plan, and all images that were painted for it.

        Every image and every answer is kept as soon as it is there, so that nothing is painted
        or asked twice if this is interrupted.
        """
        if rule is None:
            return NOTHING
        count = len(plan.seeds)
        rig = self.rig_of(plan.twin)
        return inspect(rig, plan, rule, seed_at, count, physiology, self._recognised)

    def _recognised(self, sighting: Sighting) -> Sighted:
        """Where the scientist sees what is described; "neither" where it gives no usable answer."""
        attempt = self.state.attempts[-1]
        briefing = self._briefing(attempt.step, attempt.number)
        scientist = self.scientist
        if not isinstance(scientist, Beholder):
            return "neither"
        lookup = Lookup(sighting.description, lookup_picture(sighting.top, sighting.bottom))
        answer = scientist.recognise(briefing, lookup, self._ask)
        return Recognition.from_json(as_json(Recognition, answer)).shows
