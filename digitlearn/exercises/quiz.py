"""Quick questions: choose, predict a number, put steps in order; every wrong answer is explained.

A question is data, in one of the two modules of questions beside this one.
"""

import importlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from digitlearn.checks import as_count, as_number, describe


class Answer(NamedTuple):
    """What is said of an answer.

    Attributes
    ----------
    right : bool
    explanation : str
        Why it is right, or what is wrong with this very answer.

    Examples
    --------
    >>> Answer(True, "Yes.").right
    True
    """

    right: bool
    explanation: str


@dataclass(frozen=True)
class Question:
    """A quick question.

    Attributes
    ----------
    name : str
        A short name, which no other question has.
    chapter : int
        The chapter it is about.
    kind : str
        "choice", "number" or "order".
    question : str
        As Markdown.
    options : mapping
        Of a choice, every option, in the order they are shown in, and what is to be said of it. Of
        a number, the wrong answers that are recognized, and what is to be said of each. Of an
        order, every step in the right order, and why it comes before the next.
    answer : str, float or tuple of str
        The right option, the right number, or all steps in the right order.
    right : str
        What is said of the right number or order.
    otherwise : str
        What is said of any other wrong number.
    tolerance : float
        How far a number may be from the answer.

    Examples
    --------
    >>> question = questions(chapter=3)[0]
    >>> question.kind in ("choice", "number", "order")
    True
    """

    name: str
    chapter: int
    kind: str
    question: str
    options: Mapping[Any, str]
    answer: Any
    right: str = ""
    otherwise: str = ""
    tolerance: float = 0.0

    @property
    def shown(self) -> tuple[str, ...]:
        """The options as they are shown: those of an order shuffled; none for a number."""
        listed = [*self.options]
        if self.kind == "number":
            return ()
        if self.kind == "order":
            rng = random.Random(self.name)
            while tuple(listed) == self.answer:
                rng.shuffle(listed)
        return tuple(listed)

    def judge(self, given: Any) -> Answer:
        """Say whether an answer is right, and why.

        Parameters
        ----------
        given : str, float or sequence of str
            An option, a number, or all steps in some order.

        Returns
        -------
        Answer

        Raises
        ------
        TypeError, ValueError
            If it is no possible answer.

        Examples
        --------
        >>> guess = Question("sum", 1, "number", "2 + 2?", {5: "One too many."}, 4, "Yes.", "No.")
        >>> guess.judge(5)
        Answer(right=False, explanation='One too many.')
        """
        if self.kind == "choice":
            return self._judge_choice(given)
        if self.kind == "number":
            return self._judge_number(as_number(self.name, given, -float("inf")))
        return self._judge_order(tuple(given))

    def _judge_choice(self, given: str) -> Answer:
        if given not in self.options:
            raise ValueError(f"Expected one of {[*self.options]}. Received: {describe(given)}")
        return Answer(given == self.answer, self.options[given])

    def _judge_number(self, given: float) -> Answer:
        if abs(given - self.answer) <= self.tolerance:
            return Answer(True, self.right)
        for number, explanation in self.options.items():
            if abs(given - number) <= self.tolerance:
                return Answer(False, explanation)
        return Answer(False, self.otherwise)

    def _judge_order(self, given: tuple[str, ...]) -> Answer:
        if sorted(given) != sorted(self.answer):
            raise ValueError(f"Expected an order of {[*self.answer]}. Received: {[*given]}")
        for step, following in zip(self.answer, self.answer[1:], strict=False):
            if given.index(step) > given.index(following):
                return Answer(False, self.options[step])
        return Answer(True, self.right)


def questions(chapter: int | None = None) -> tuple[Question, ...]:
    """Return the quick questions, in the order of the chapters.

    Parameters
    ----------
    chapter : int, optional
        Only those of one chapter.

    Returns
    -------
    tuple of Question

    Examples
    --------
    >>> len(questions(chapter=1))
    5
    """
    listed: list[Question] = []
    for part in ("_questions_1_to_4", "_questions_5_to_8"):
        listed += importlib.import_module(f"digitlearn.exercises.{part}").QUESTIONS
    if chapter is None:
        return tuple(listed)
    chapter = as_count("chapter", chapter)
    return tuple(question for question in listed if question.chapter == chapter)
