"""MkDocs hook: every page says what it may load and run: its own files, and nothing else.

A Content-Security-Policy in the page itself holds wherever the site is copied to. No script is in a
page, so that the same policy may be sent as a header, too. Inline styles stay allowed: figures and
the theme have thousands, and a style runs nothing.
"""

import re
from html import escape
from typing import Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",  # Python, where exercises run it, is WebAssembly
    "worker-src": "'self' blob:",
    "connect-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
serving = False


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Remember whether pages are served while they are written: then MkDocs adds a script."""
    global serving
    serving = command == "serve"


def add_policy(html: str) -> str:
    """Return a page with its policy before everything that the policy is about."""
    rules = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(rules)}">'
    # Firefox would fetch the next page beforehand, which the policy forbids.
    html = re.sub(r'<link rel="(?:prev|next)"[^>]*>', "", html)
    return re.sub(r'<meta charset="utf-8">', rf"\g<0>{meta}", html, count=1)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Give a page its policy."""
    return output if serving else add_policy(output)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Give the page of a wrong address its policy, too."""
    if serving or template_name != "404.html":
        return output_content
    return add_policy(output_content)
