"""Asking: a question becomes messages, an answer is read, and each exchange is remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any, Generic, TypeVar

from v1vlm.errors import ModelError, ProposalError
from v1vlm.records import Record, canonical_json, digest, seed_of
from v1vlm.scientist.base import Ask, Briefing, Picture
from v1vlm.scientist.model import words
from v1vlm.scientist.model.answers import UnusableError, parse
from v1vlm.scientist.model.backend import Backend, Message, TooLongError

TURNS = 3
"""Answers to one question that may be unusable."""

CONTEXT_MIN = 400
"""Characters of literature below which a question is not worth asking."""

QUOTED_MAX = 1500
"""Characters of an unusable answer that the model is shown again."""

Answer = TypeVar("Answer", bound=Record)


class NoAnswerError(ProposalError):
    """The model gave no usable answer to a question."""


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """What is asked.

    Attributes
    ----------
    prompt : str
        Name of the file of its words.
    words : mapping
        What the places in them become; ``$pictures`` become the captions of those shown.
    about : mapping
        The same for the system prompt.
    """

    prompt: str
    answer: type[Answer]
    schema: Mapping[str, Any]
    words: Mapping[str, str]
    about: Mapping[str, str]
    pictures: tuple[Picture, ...] = ()


@dataclass
class Conversation:
    """The questions of one call of the scientist; nothing outlives the call.

    Attributes
    ----------
    room : int, optional
        Characters of literature that the window has had room for before.
    context_chars : int
        Room for the literature; halved where a message did not fit the model's window, as is the
        number of pictures.
    """

    backend: Backend
    briefing: Briefing
    ask: Ask
    room: int | None = None
    context_chars: int = field(init=False)
    halvings: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        whole = self.backend.context_chars
        self.context_chars = whole if self.room is None else min(whole, self.room)

    def answer(
        self,
        make: Callable[[int], Question[Answer]],
        check: Callable[[Answer], None] = lambda _: None,
    ) -> Answer:
        """Ask until the answer is usable.

        Parameters
        ----------
        make : callable
            The question, with so many characters of literature.
        check : callable
            Raises `UnusableError` for an answer that cannot be used.

        Raises
        ------
        NoAnswerError
            If no answer was usable.
        ModelError
            If not even a short question fits the model's window.
        """
        said: list[Message] = []
        turn, problem = 1, ""
        while turn <= TURNS:
            question = make(self.context_chars)
            reply = self._once(question, said, turn)
            if reply["fault"] == "too long":
                self._shorten(question)
                continue
            try:
                answer = parse(question.answer, reply["raw"])
                check(answer)
                return answer
            except UnusableError as error:
                problem = _why(reply, error)
            said = [
                Message("assistant", reply["raw"][:QUOTED_MAX] or "(nothing)"),
                Message("user", _filled("again", {"problem": problem})),
            ]
            turn += 1
        raise NoAnswerError(f"The model gave no usable answer in {TURNS} turns: {problem[:200]}.")

    def _shorten(self, question: Question[Answer]) -> None:
        self.context_chars //= 2
        literature = "context" in question.words and self.context_chars >= CONTEXT_MIN
        pictures = len(question.pictures) >> self.halvings
        self.halvings += 1
        if not literature and not pictures:
            raise ModelError(
                "Even with little of the context, the question does not fit the model's window.",
                "Resume with a model of a longer window, or a server that allows one.",
            )

    def _once(self, question: Question[Answer], said: list[Message], turn: int) -> dict[str, Any]:
        shown = question.pictures[: len(question.pictures) >> self.halvings]
        filled = {**question.words, "pictures": words.captions(shown)}
        messages = [
            Message("system", _filled("system", question.about)),
            Message("user", _filled(question.prompt, filled), shown),
            *said,
        ]
        seed = seed_of(self.briefing.seed, question.prompt, turn) % 2**31
        request = {
            "purpose": question.prompt,
            "step": self.briefing.step,
            "attempt": self.briefing.attempt,
            "turn": turn,
            "seed": seed,
            "context_chars": self.context_chars,
            "model": dict(self.backend.identity()),
            "prompt": prompt_digest(question.prompt),
            "schema": dict(question.schema),
            "messages": [
                {"role": m.role, "text": m.text, "pictures": [p.source for p in m.pictures]}
                for m in messages
            ],
        }

        def act() -> dict[str, Any]:
            return self._performed(question, messages, seed)

        return self.ask(request, act)

    def _performed(
        self, question: Question[Answer], messages: list[Message], seed: int
    ) -> dict[str, Any]:
        pictures = [picture for message in messages for picture in message.pictures]
        kept: dict[str, Any] = {f"picture_{i}": p.png for i, p in enumerate(pictures)}
        kept["pictures"] = [hashlib.sha256(p.png).hexdigest() for p in pictures]
        try:
            reply = self.backend.complete(messages, question.schema, seed)
        except TooLongError:
            kept |= {"room": self.context_chars // 2} if "context" in question.words else {}
            return {**kept, "raw": "", "fault": "too long", "parsed": None, "usage": _usage(1)}
        raw = printable(reply.text)
        try:
            parsed: Any = parse(question.answer, raw).to_json()
            canonical_json(parsed).encode()
        except (UnusableError, UnicodeError):
            parsed = None
        usage = _usage(
            1, reply.input_tokens, reply.output_tokens, round(reply.seconds, 3), reply.usd
        )
        fault = "" if reply.finish == "stop" else reply.finish
        who = {"model": reply.model, "revision": reply.revision}
        told = {"usage": usage, "who": who, "model": f"{reply.model} {reply.revision}".strip()}
        return {**kept, "raw": raw, "fault": fault, "parsed": parsed, **told}


def printable(text: str) -> str:
    """A text that can be stored: bounded, without halves of surrogate pairs."""
    return text[:100_000].encode("utf-8", "replace").decode("utf-8")


def prompt_digest(name: str) -> str:
    """Digest of the words of a question, system prompt and reproof included."""
    return digest([_text(part) for part in ("system", name, "again")])


def _usage(
    calls: int, sent: int = 0, received: int = 0, seconds: float = 0.0, usd: float = 0.0
) -> dict[str, Any]:
    tokens = {"input_tokens": sent, "output_tokens": received}
    return {"calls": calls, **tokens, "seconds": seconds, "usd": usd}


def _why(reply: Mapping[str, Any], error: UnusableError) -> str:
    if reply["fault"] == "length":
        return f"it was cut off for its length; be brief ({error})"
    return f"the model declined to answer ({error})" if reply["fault"] == "refusal" else str(error)


def _filled(name: str, words: Mapping[str, str]) -> str:
    return Template(_text(name)).substitute(words).strip()


@cache
def _text(name: str) -> str:
    folder = files("v1vlm.scientist.model").joinpath("prompts")
    return folder.joinpath(f"{name}.md").read_text("utf-8")
