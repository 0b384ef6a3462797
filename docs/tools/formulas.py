"""Formulas: TeX, as the Markdown extension arithmatex marks it, becomes MathML."""

import logging
import re
from html import unescape

from latex2mathml.converter import convert

log = logging.getLogger("mkdocs.hooks.digitlearn")  # a warning there fails a strict build

MARKED = r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>'
MATH = re.compile(MARKED, re.DOTALL)
# A formula in a line, with what must not be parted from it: brackets and marks around it.
HELD = re.compile(r"([(“]*)(<math[^>]*inline.*?</math>)([)”’,.;:?!%]+|-th\b|)", re.DOTALL)
# A minus in prose, a number's sign or between two, and before that what is no prose.
SIGN = re.compile(
    r"(<(code|math|pre|script|style|svg)\b.*?</\2>|<[^>]*>)"
    r"|(?<![\w\-–/.])-(?=\d)|(?<=[\d)] )-(?= [\d(])",
    re.DOTALL,
)
STRUT = '<mspace width="0" height="0.8em" depth="0.2em"/>'  # as high and deep as any letter
ROW_OF_ONE = re.compile(r"<mrow>(<(m\w+)\b[^>]*>(?:(?!<\2\b).)*?</\2>)</mrow>")  # groups nothing
MINUS, SLASH, COMMA = "&#x02212;", "&#x0002F;", "&#x0002C;"
# What a sign stands behind, where it is not between two numbers: a relation, a bracket, a comma.
SIGNED = "|".join(["&#x0003D;", "&#x02248;", "&#x02190;", "&#x00028;", COMMA, "&#x000D7;"])
BEFORE_SIGN = rf"<mo[^>]*>(?:{SIGNED})</mo>"


def mathml(match: re.Match[str]) -> str:
    """Return a formula as MathML; a number alone is text."""
    tex = unescape(match["tex"]).replace("{aligned}", "{align*}")
    html = convert(tex, display="block" if match["tag"] == "div" else "inline")
    if "\\" in html or "<mi>&</mi>" in html:
        log.warning("Math that cannot be converted: %s", tex)
    html = space(html)
    number = re.fullmatch(r"<math[^>]*inline[^>]*><mn>([^<]*)</mn></math>", html)
    return number[1] if number else html


def space(html: str) -> str:
    """Return MathML spaced as TeX does; latex2mathml leaves that to the browser."""

    def function(match: re.Match[str]) -> str:
        """Space a function's name."""
        before = 0.17 if html[: match.start()].endswith(("</mi>", "</mn>")) else 0
        open_or_end = r'<mo stretchy="false">&#x00028;|</'
        after = 0 if re.match(open_or_end, html[match.end() :]) else 0.17
        return f'<mo lspace="{before}em" rspace="{after}em">{match[1]}</mo>'

    html = html.replace("<mi>&#x000B1;</mi>", "<mo>&#x000B1;</mo>")
    # Browsers align a root at its top: under a low letter it would hang below the line.
    html = html.replace("<msqrt><mrow>", f"<msqrt>{STRUT}").replace("</mrow></msqrt>", "</msqrt>")
    if "<mtable" not in html:  # in Firefox brackets grow with it in a row only
        html = re.sub(r"^(<math[^>]*>)<mrow>(.*)</mrow></math>$", r"\1\2</math>", html)
    while (lighter := ROW_OF_ONE.sub(r"\1", html)) != html:
        html = lighter
    # A partial derivative's sign is a letter, and a slash is as tight as TeX sets it.
    html = html.replace("<mo>&#x02202;</mo>", "<mi>&#x02202;</mi>")
    html = html.replace(f"<mo>{SLASH}</mo>", f'<mo lspace="0" rspace="0">{SLASH}</mo>')
    html = re.sub(r"<m[io]>([A-Za-z]{2,})</m[io]>", function, html)
    # A number's sign is closer to it than the minus between two numbers.
    html = re.sub(rf"({BEFORE_SIGN})<mo>{MINUS}</mo>", rf'\1<mo form="prefix">{MINUS}</mo>', html)
    html = re.sub(rf"<mo>{COMMA}</mo>(<mo[^>]*>&#x00029;)", rf'<mo rspace="0">{COMMA}</mo>\1', html)
    html = html.replace(f"</mfrac><mo>{COMMA}</mo>", f'</mfrac><mo lspace="0.15em">{COMMA}</mo>')
    # The comma of thousands is a part of its number.
    thousands = rf"(<mn>\d{{1,3}})</mn><mo>{COMMA}</mo><mn>(\d{{3}}</mn>)"
    return re.sub(thousands, r"\1,\2", html)


def hold(match: re.Match[str]) -> str:
    """Return a formula with the marks around it, which no line break parts from it."""
    if not match[1] and not match[3]:
        return match[0]
    return f'<span class="dl-held">{match[0]}</span>'


def write(html: str) -> str:
    """Return a page with its formulas as MathML, and with one form of minus."""
    html = HELD.sub(hold, MATH.sub(mathml, html))
    return SIGN.sub(lambda match: match[1] or "−", html)
