"""Errors are situations with remedies: what happened, with which value, and what to do."""


class V1VLMError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    what : str
        What happened, naming the offending value.
    remedy : str
        What the reader can do about it.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n{self.remedy}" if self.remedy else self.what


class InputError(V1VLMError, ValueError):
    """Something the user gave cannot be used (exit code 2)."""


class UnknownNameError(InputError, LookupError):
    """A name that nothing is registered under."""


class SchemaError(InputError):
    """A journal in a form that another version writes."""


class ContractError(V1VLMError, TypeError):
    """A plug-in does not keep its contract."""


class ProposalError(V1VLMError, ValueError):
    """A proposal that cannot be run as it stands; it is refused and costs no registration."""


class IntegrityError(V1VLMError, ValueError):
    """What is on disk does not agree with itself (exit code 1)."""


class BusyError(V1VLMError, OSError):
    """Another process is working in the study folder."""


class WorkerError(V1VLMError, RuntimeError):
    """A worker process died; what was finished is kept."""


class ModelError(V1VLMError, RuntimeError):
    """A model that cannot be asked now; what it answered before is kept."""


class PaintError(V1VLMError, RuntimeError):
    """An image that cannot be painted now; what was painted before is kept."""


def causes_of(error: BaseException | None) -> list[BaseException]:
    """An error and what lies behind it, one after the other."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
