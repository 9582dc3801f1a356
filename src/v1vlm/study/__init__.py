"""The engine: performs the steps of a study."""

from v1vlm.study.engine import Study
from v1vlm.study.keeping import OnEvent, StudyKeeper
from v1vlm.study.opening import check_empty, open_store, same_twin, utc_now
from v1vlm.study.reading import StudyReader

__all__ = [
    "OnEvent",
    "Study",
    "StudyKeeper",
    "StudyReader",
    "check_empty",
    "open_store",
    "same_twin",
    "utc_now",
]
