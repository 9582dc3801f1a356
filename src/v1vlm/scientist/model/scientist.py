"""A scientist that asks a model: it proposes, looks, doubts, interprets and writes."""

from __future__ import annotations

from v1vlm.analysis.measures import measure
from v1vlm.claims import Arm, Finding, Registration
from v1vlm.errors import ProposalError
from v1vlm.journal import Pilot
from v1vlm.scientist.base import (
    Ask,
    Briefing,
    Change,
    Decline,
    Interpretation,
    Keep,
    Lookup,
    Proposal,
    Prose,
    Recognition,
    Withdraw,
)
from v1vlm.scientist.model import words
from v1vlm.scientist.model.answers import (
    ControlAnswer,
    DesignAnswer,
    DoubtAnswer,
    Idea,
    LookAnswer,
    MeaningAnswer,
    RecogniseAnswer,
    UnusableError,
    WordsAnswer,
    list_of,
    one_of,
    schema_of,
)
from v1vlm.scientist.model.asking import Conversation, NoAnswerError, Question
from v1vlm.scientist.model.backend import Backend
from v1vlm.scientist.model.building import (
    NOTHING,
    check_idea,
    chosen_arms,
    control_arms,
    design_answer,
    design_schema,
    hypothesis_of,
    idea_schema,
    interpretation_of,
    is_painted,
    level_counts,
    measures,
    next_id,
    origin_of,
    rules,
)
from v1vlm.scientist.model.menu import EDITED, described, kinds, range_in_words, settable

WRITE_CONTEXT = 0.5
"""Share of the room for the literature that the last question has; findings take the rest."""


class ModelScientist:
    """Any model behind `Backend`; what it says becomes nothing but choices from a menu.

    Parameters
    ----------
    backend : Backend
    only_painted : bool
        Propose nothing but images that are painted from descriptions, while they can be.
    """

    def __init__(self, backend: Backend, *, only_painted: bool = False) -> None:
        self.backend = backend
        self.only_painted = only_painted
        self.name = backend.name
        self.wants_pictures = backend.wants_pictures

    def propose(self, briefing: Briefing, ask: Ask) -> Proposal | Decline:
        """Choose a question, then make a hypothesis of it.

        Raises
        ------
        ProposalError
            If the answers cannot be tested, or cannot be used at all.
        """
        talk = Conversation(self.backend, briefing, ask, briefing.room)
        only = self.only_painted
        idea = talk.answer(lambda chars: _idea_question(briefing, chars, only_painted=only))
        if idea.varies == NOTHING:
            return Decline(reason=words.clipped(f"Nothing more to ask: {idea.question}", 400))
        check_idea(idea, briefing, only_painted=only)
        answer = _designed(talk, idea, briefing, briefing.hypothesis_id)
        return Proposal(hypothesis=hypothesis_of(idea, answer, briefing, briefing.hypothesis_id))

    def look(self, briefing: Briefing, pilot: Pilot, ask: Ask) -> Keep | Change | Withdraw:
        """Look at the pilot, in numbers and pictures; keep, change or withdraw.

        Raises
        ------
        ProposalError
            If the answers cannot be used.
        """
        hypothesis = briefing.attempts[-1].hypothesis
        if hypothesis is None:
            raise ProposalError("There is no hypothesis to look at.")
        prediction = hypothesis.prediction
        allowed = ("keep", "withdraw") if briefing.last else ("keep", "change", "withdraw")
        question = Question(
            "look",
            LookAnswer,
            schema_of(LookAnswer, decision=one_of(allowed)),
            {
                "id": hypothesis.id,
                "hypothesis": words.hypothesis(hypothesis),
                "measure": f"{prediction.measure} ({measure(prediction.measure).definition})",
                "margin": f"{prediction.margin:g}",
                "decisions": " or ".join(allowed),
                **words.pilot(pilot),
            },
            words.about(briefing),
            briefing.pictures,
        )
        talk = Conversation(self.backend, briefing, ask)
        answer = talk.answer(lambda _: question)
        reason = words.clipped(answer.reason or answer.seen or "No reason was given.", 400)
        if answer.decision == "keep":
            return Keep()
        if answer.decision == "withdraw" or briefing.last:
            return Withdraw(reason=reason)
        idea, _ = origin_of(hypothesis)
        design = _designed(talk, idea, briefing, next_id(briefing), told=reason)
        changed = hypothesis_of(idea, design, briefing, next_id(briefing))
        return Change(hypothesis=changed, reason=reason)

    def sceptic(self, briefing: Briefing, registration: Registration, ask: Ask) -> tuple[Arm, ...]:
        """Name the cheapest explanation; the controls for it are run.

        Where the model names none that can be used, the first that the laboratory can run is,
        and its reason says so.
        """
        hypothesis = registration.hypothesis
        offered = control_arms(hypothesis, briefing)
        if hypothesis.prediction.direction == "equivalent":
            offered = {name: arm for name, arm in offered.items() if arm.expects == "present"}
        if not offered:
            return ()
        control = schema_of(ControlAnswer, control=one_of(tuple(offered)))
        listed = "\n".join(f"- {name}: {arm.reason}" for name, arm in offered.items())
        question = Question(
            "sceptic",
            DoubtAnswer,
            schema_of(DoubtAnswer, controls=list_of(control, 1, 2)),
            {"hypothesis": words.hypothesis(hypothesis), "controls": listed},
            words.about(briefing),
        )

        def check(answer: DoubtAnswer) -> None:
            if not chosen_arms(answer, offered):
                raise UnusableError(f"controls must be among: {', '.join(offered)}")

        try:
            answer = Conversation(self.backend, briefing, ask).answer(lambda _: question, check)
        except NoAnswerError:
            first = next(iter(offered.values()))
            why = f"{first.reason}. The laboratory's own choice: the model named none."
            return (first.model_copy(update={"reason": why[:300]}),)
        return chosen_arms(answer, offered)

    def recognise(self, briefing: Briefing, lookup: Lookup, ask: Ask) -> Recognition:
        """Say which of two pictures shows what is described; neither without a usable answer."""
        question = Question(
            "recognise",
            RecogniseAnswer,
            schema_of(RecogniseAnswer),
            {"description": lookup.description},
            words.about(briefing),
            (lookup.picture,),
        )
        try:
            answer = Conversation(self.backend, briefing, ask).answer(lambda _: question)
        except NoAnswerError:
            return Recognition(shows="neither")
        return Recognition(shows=answer.shows)

    def interpret(self, briefing: Briefing, finding: Finding, ask: Ask) -> Interpretation:
        """Say what the finding means; who lost follows from what was predicted."""
        rivals = next(
            (
                attempt.hypothesis.rivals
                for attempt in reversed(briefing.attempts)
                if attempt.hypothesis is not None and attempt.hypothesis.id == finding.id
            ),
            {},
        )
        question = Question(
            "interpret",
            MeaningAnswer,
            schema_of(MeaningAnswer),
            {
                "id": finding.id,
                "finding": words.finding(finding),
                "rivals": "; ".join(f"{name}: {says}" for name, says in rivals.items()) or "none",
                "objections": words.objections(briefing.objections),
            },
            words.about(briefing),
            briefing.pictures,
        )

        def check(answer: MeaningAnswer) -> None:
            words.states_no_verdict(answer.meaning, answer.alternative, answer.next)

        try:
            answer = Conversation(self.backend, briefing, ask).answer(lambda _: question, check)
        except NoAnswerError:
            return interpretation_of(None, finding, rivals)
        return interpretation_of(answer, finding, rivals)

    def write(self, briefing: Briefing, ask: Ask) -> Prose:
        """Write the words of the report; it says if the model could not, or read only a part."""
        talk = Conversation(self.backend, briefing, ask, briefing.room)

        def check(answer: WordsAnswer) -> None:
            words.states_no_verdict(*(text for _, text in answer))

        try:
            answer = talk.answer(lambda chars: _words_question(briefing, chars), check)
        except NoAnswerError:
            name = str(briefing.twin["name"])
            return Prose(
                title=f"A study of the {name} twin",
                introduction=("The model gave no usable words for this report.",),
                conclusions=(_COUNTED,),
            )
        part = words.left_out(briefing.context, talk.context_chars)
        return Prose(
            title=answer.title,
            introduction=_paragraphs(answer.introduction, part),
            idea=_paragraphs(answer.idea),
            conclusions=_paragraphs(_COUNTED, answer.conclusions),
            future=_paragraphs(answer.future),
        )


_COUNTED = (
    "Of [[count.registered]] registered predictions [[count.supported]] were supported, "
    "[[count.contradicted]] contradicted and [[count.inconclusive]] left undecided."
)


def _idea_question(briefing: Briefing, chars: int, *, only_painted: bool) -> Question[Idea]:
    return Question(
        "propose",
        Idea,
        idea_schema(briefing, only_painted=only_painted),
        {
            "step": str(briefing.step),
            "steps": str(briefing.num_steps),
            "attempt": str(briefing.attempt),
            "guidance": briefing.guidance or "nothing in particular",
            "context": words.literature(briefing.context, chars),
            "findings": words.findings(briefing.findings),
            "attempts": words.attempts(briefing.attempts),
            "menu": described(briefing.painter, edits=briefing.edits, only_painted=only_painted),
        },
        words.about(briefing),
    )


def _designed(
    talk: Conversation, idea: Idea, briefing: Briefing, hypothesis_id: str, told: str = ""
) -> DesignAnswer:
    """Ask for the hypothesis on an idea; after a pilot, with what was seen in it."""

    def check(answer: DesignAnswer) -> None:
        words.states_no_verdict(answer.title)

    question = _design_question(idea, briefing, hypothesis_id, told)
    return talk.answer(lambda _: question, check)


def _design_question(
    idea: Idea, briefing: Briefing, hypothesis_id: str, told: str
) -> Question[DesignAnswer]:
    kind, _, factor = idea.varies.partition(".")
    citable = words.keys(briefing.context)
    painted = is_painted(idea)
    at_least, at_most = level_counts(idea)
    free = "; ".join(f"{name} {range_in_words(a)}" for name, a in settable(idea.varies).items())
    named = (f"{name} ({measure(name).definition})" for name in measures(idea))
    last = briefing.attempts[-1] if briefing.attempts else None
    refused = last.reason if last is not None and last.outcome in ("refused", "withdrawn") else ""
    said = told or refused
    return Question(
        "design_edit" if idea.varies == EDITED else "design_painted" if painted else "design",
        design_answer(idea),
        design_schema(idea, citable),
        {
            "id": hypothesis_id,
            "question": idea.question,
            "varies": idea.varies,
            "keys": ", ".join(citable) or "none; leave it empty",
            "range": "descriptions" if painted else range_in_words(kinds()[kind].allowed(factor)),
            "count": f"{at_least}" if at_least == at_most else f"{at_least} to {at_most}",
            "free": free or "nothing",
            "measures": "; ".join(named),
            "prefers": "" if "prefers" in rules(idea) else "; not for this stimulus",
            "refused": f"What was said of the last try: {said}\n" if said else "",
        },
        words.about(briefing),
    )


def _words_question(briefing: Briefing, chars: int) -> Question[WordsAnswer]:
    citable = words.keys(briefing.context)
    first = briefing.findings[0].id if briefing.findings else "H1"
    return Question(
        "write",
        WordsAnswer,
        schema_of(WordsAnswer),
        {
            "context": words.literature(briefing.context, max(int(chars * WRITE_CONTEXT), 1)),
            "keys": ", ".join(citable) or "none",
            "findings": words.findings(briefing.findings),
            "example": first,
            "objections": words.objections(briefing.objections),
        },
        words.about(briefing),
    )


def _paragraphs(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
