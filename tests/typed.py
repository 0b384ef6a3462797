"""Measured numbers that stand typed in a text, where a computed one belongs."""

import re

import expressions

# A number in digits (x2 and L2 have none), and one in words.
DIGITS = r"(?<![\w.,^/-])\d[\d,]*(?:\.\d+)?(?!\d)"
WORDS = (
    r"\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?)(?: hundred| thousand)?|a hundred)"
)
NUMBER = rf"(?:{DIGITS}|{WORDS})"
ALL = r"(?:the |all |all the |every |each |its |those |these )?"
EXAMPLES = r"(?:digits|images|pictures|examples|answers|photos|drawings|labels)"
MANY = r"(?:\d(?!\d* by )|them\b|these\b|those\b|a hundred)"
QUALITY = r"(?:accuracy|accuracies|error(?: rate)?|loss|recall|precision|F1|score|calibration)"
# What a measurement looks like: a share, a count of mistakes, a quality, a time, a size, a factor.
SHAPES = (
    rf"{NUMBER}\s*(?:%|per\s?cent\b|percentage points?\b)|{DIGITS} points?\b",
    r"(?<![\w.])[01]?\.\d\d+",
    rf"{DIGITS} (?:{EXAMPLES} )?(?:out )?(?:of|in|among) {ALL}{MANY}",
    rf"{DIGITS} of {ALL}(?:test |training |validation )?{EXAMPLES}",
    rf"{WORDS} (?:out )?(?:of|in|among) (?:every )?(?:ten|twenty|(?:a |one )?hundred)\b",
    rf"{DIGITS}\s?/\s?\d[\d,]*00\b",
    rf"{DIGITS} (?:[\w-]+ ){{0,2}}(?:mistakes?|errors?|misread|misclassified|failures)\b",
    rf"{WORDS} (?:[\w-]+ )?(?:mistakes|errors)\b",
    rf"{DIGITS} (?:[\w-]+ ){{0,2}}(?:wrong|right|correct|rightly|wrongly|correctly)\b",
    r"\b(?:misread|misreads|misse[sd]|confuse[sd]|fail(?:s|ed)? on|mistakes:|errors:|"
    rf"(?:wrong|right|correct) (?:on|for|about|in)) (?:only |about |just |some )?{DIGITS}",
    rf"\b{QUALITY} (?:[\w-]+ ){{0,3}}(?:{DIGITS}(?<=\d\.\d)|[89]\d\b)",
    rf"{DIGITS}\s?(?:s|ms|min|seconds?|minutes?|hours?|kB|KB|MB|GB)\b",
    rf"{DIGITS}(?: times|x) (?:as|faster|sooner|smaller|larger|fewer|more)\b",
)
MEASURED = re.compile("|".join(SHAPES), re.IGNORECASE)
IN_WORDS = re.compile(rf"\D*{WORDS}\D*", re.IGNORECASE)
COMPUTED, CLAIM = "\N{WHITE SQUARE}", "\N{BLACK SQUARE}"  # where an expression was, and a claim


def find(markdown: str, cited: dict[str, str]) -> tuple[list[str], set[str]]:
    """Return the sentences with a measured number that is typed, and the citations that were met.

    A number is computed if it is an expression, and cited if it stands in one of the phrases of
    `cited`, which excuses only itself. One in words may have its claim behind it.
    """
    typed, met = [], set()
    for sentence in sentences(plain(mark(markdown))):
        left = sentence
        for phrase in cited:
            if phrase in left:
                met.add(phrase)
                left = left.replace(phrase, "\N{HORIZONTAL ELLIPSIS}")
        hits = [match[0] for match in MEASURED.finditer(left)]
        if CLAIM in left:
            hits = [hit for hit in hits if not IN_WORDS.fullmatch(hit)]
        if hits:
            typed.append(sentence)
    return typed, met


def mark(markdown: str) -> str:
    """Put a sign in the place of each expression, and another in that of each claim."""

    def sign(match: re.Match[str]) -> str:
        if not match["expression"]:
            return match[0]
        is_claim = match["expression"].strip().startswith(expressions.CLAIM)
        return CLAIM if is_claim else match["gap"] + COMPUTED

    return expressions.TOKEN.sub(sign, markdown)


def plain(markdown: str) -> str:
    """Return a text as it is read: without code, formulas, addresses, comments, markup."""
    text = re.sub(r"^ *(```|~~~).*?^ *\1|\A---\n.*?^---\n", " ", markdown, flags=re.M | re.DOTALL)
    text = re.sub(r"<!--.*?-->|\{%.*?%\}|\{#.*?#\}|\]\([^)\s]*\)", " ", text, flags=re.DOTALL)
    text = re.sub(r"(`+)[^`]+\1|(?<!\\)(\$\$?)[^$]+\2", lone_number, text)
    text = re.sub(r"</?[a-z][^<>]*>|[*\[]|\b_|_\b", "", text)
    return text.replace("&nbsp;", " ").replace("&#37;", "%")


def lone_number(match: re.Match[str]) -> str:
    """Return what code or a formula says if that is a number alone, or a share; else a space."""
    said = match[0].strip("`$").replace("{,}", ",").replace("\\", "")
    return said if re.fullmatch(r"[\d.,]+|.*\d ?%", said) else " "


def sentences(text: str) -> list[str]:
    """Return the sentences and the table cells of a text."""
    ends = rf"(?<=[.!?:{CLAIM}])(?<!et al\.)\s+(?=\W*[A-Z0-9{COMPUTED}])"
    parts = re.split(rf"{ends}|\n\s*\n|\||\n\s*[-+] ", text)
    return [" ".join(part.replace("\n>", "\n").split()) for part in parts]
