"""How often the laboratory is wrong: suites on twins with known answers, and their scores.

Of the claims it makes, how many are false; of the truths it tests, how many does it find. The
same holds for any scientist, and for other ways of deciding.
"""

from v1vlm.gym.baselines import baselines
from v1vlm.gym.runner import run_all, seconds_of
from v1vlm.gym.studies import (
    Plan,
    StudyRecord,
    Tested,
    null_plans,
    plans_for,
    plans_of,
    run_plan,
)
from v1vlm.gym.suites import Case, Suite, load_suite, suite_names
from v1vlm.gym.tables import (
    calibrated,
    compared,
    cost,
    details,
    error_rates,
    first_page,
    kinds,
    null_studies,
    put_to_the_test,
    scientists,
)
from v1vlm.gym.truth import Truth

__all__ = [
    "Case",
    "Plan",
    "StudyRecord",
    "Suite",
    "Tested",
    "Truth",
    "baselines",
    "calibrated",
    "compared",
    "cost",
    "details",
    "error_rates",
    "first_page",
    "kinds",
    "load_suite",
    "null_plans",
    "null_studies",
    "plans_for",
    "plans_of",
    "put_to_the_test",
    "run_all",
    "run_plan",
    "scientists",
    "seconds_of",
    "suite_names",
]
