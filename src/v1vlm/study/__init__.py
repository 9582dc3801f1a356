"""The engine: performs the steps of a study."""

from v1vlm.study.engine import Study
from v1vlm.study.keeping import OnEvent
from v1vlm.study.opening import check_empty, open_store

__all__ = ["OnEvent", "Study", "check_empty", "open_store"]
