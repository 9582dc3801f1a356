"""A scientist that asks a model, local or behind an API, under one set of guarantees."""

from v1vlm.scientist.model.backend import Backend, Message, Reply, TooLongError
from v1vlm.scientist.model.scientist import ModelScientist

__all__ = ["Backend", "Message", "ModelScientist", "Reply", "TooLongError"]
