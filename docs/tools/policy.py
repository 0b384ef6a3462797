"""MkDocs hook: every page says what it may load and run: its own files, and nothing else.

A Content-Security-Policy in the page itself holds wherever the site is copied to. The theme's few
inline scripts are named by their digests. Inline styles stay allowed: figures and the theme have
thousands, and a style runs nothing.
"""

import base64
import hashlib
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
INLINE = r'<script(?![^>]* src=)(?![^>]* type="application/json")[^>]*>(.*?)</script>'
serving = False


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Remember whether pages are served while they are written: then MkDocs adds a script."""
    global serving
    serving = command == "serve"


def policy(html: str) -> str:
    """Return the policy that fits a page with these inline scripts."""
    scripts = re.findall(INLINE, html, re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    hashes = [f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    rules = POLICY | {"script-src": POLICY["script-src"] + "".join(hashes)}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def add_policy(html: str) -> str:
    """Return a page with its policy before everything that the policy is about."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(html))}">'
    return re.sub(r'<meta charset="utf-8">', rf"\g<0>{meta}", html, count=1)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Give a page its policy."""
    return output if serving else add_policy(output)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Give the page of a wrong address its policy, too."""
    return output_content if serving or template_name != "404.html" else add_policy(output_content)
