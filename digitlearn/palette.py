"""The six colours of every figure, which a page can exchange for its own.

Blue and orange look different to colour-blind readers too.
"""

INK = "#1c1b19"
MUTED = "#6f6b63"
HAIRLINE = "#cdc8bd"
ACCENT = "#1d4e9e"
WRONG = "#b94f08"
PAPER = "#fffdf8"
