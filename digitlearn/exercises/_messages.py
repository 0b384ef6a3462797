"""What is said to whoever wrote a function."""

from digitlearn.exercises._judging import Verdict


class Text(str):
    """Text that a notebook and a terminal show as it reads, without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def begin(starter: str) -> str:
    """Say what is to be done with a starter."""
    if "..." in starter:
        return "Write your code in place of the three dots."
    return "It still does what it did at the start; something in it is to be changed."


def explain(verdict: Verdict, name: str) -> str:
    """Put together what is said of a wrong answer to an exercise."""
    lines = [f"Input:     {verdict.shown}"]
    if verdict.expected:
        lines.append(f"Expected:  {verdict.expected}")
    lines.append(f"Received:  {verdict.received}")
    parts = ["Not yet right.", "\n".join(lines)]
    if verdict.printed:
        parts.append(f"It printed: {verdict.printed}")
    if verdict.mistake:
        parts.append(f"{verdict.mistake.name}. {verdict.mistake.question}")
    elif verdict.advice:
        parts.append(verdict.advice)
    else:
        parts.append(f'Work this input out by hand. If that does not help: hint("{name}").')
    return "\n\n".join(parts)
