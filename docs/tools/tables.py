"""MkDocs hook: tables that a phone can show: there, each row of a wide one is a short list.

site.css stacks the cells of `.dl-stack`, each behind the name of its column; every table may scroll
sideways within `.dl-table`, where even that is too wide.
"""

import re
from html import escape, unescape

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</\1>", re.DOTALL)
FITS = 44  # characters side by side on a phone


def plain(html: str) -> str:
    """Return the words of a cell."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def is_wide(rows: list[list[str]]) -> bool:
    """Say whether rows of cells are too wide for a phone. Two columns share it in any case."""
    columns = list(zip(*rows, strict=False))
    longest = [max(len(cell) for cell in column) for column in columns]
    return len(columns) > 2 and sum(longest) > FITS


def name_cells(row: str, columns: list[str]) -> str:
    """Return a row whose cells, but for the first, bear the names of their columns."""
    names = iter(columns)

    def name(cell: re.Match[str]) -> str:
        column = next(names, "")
        if cell[1] == "th" or column == columns[0]:
            return cell[0]
        return f'<td{cell[2]} data-column="{escape(column)}">{cell[3]}</td>'

    return CELL.sub(name, row)


def name_rows(table: str) -> str:
    """Return a table whose first column, which has no name, is what its rows are called.

    A cell without words, where a row goes on with the one above, calls nothing.
    """
    first = re.compile(r"<tr>(\s*)<td\b([^>]*)>(?!\s*</td>)(.*?)</td>", re.DOTALL)
    head, begin, body = table.partition("<tbody>")
    return head + begin + first.sub(r'<tr>\1<th scope="row"\2>\3</th>', body)


def fit(table: str) -> str:
    """Return a table in its frame, fit for a phone."""
    rows = [[plain(cell[2]) for cell in CELL.findall(row)] for row in ROW.findall(table)]
    # A column without a name has no header: there is nothing to read out.
    table = re.sub(r"<th\b([^>]*)>\s*</th>", r"<td\1></td>", table)
    if not rows[0][0]:
        table = name_rows(table)
    if not is_wide(rows):
        return f'<div class="dl-table">{table}</div>'
    table = ROW.sub(lambda row: name_cells(row[0], rows[0]), table)
    return f'<div class="dl-table dl-stack">{table}</div>'


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fit a page's tables."""
    return TABLE.sub(lambda match: fit(match[0]), html)
