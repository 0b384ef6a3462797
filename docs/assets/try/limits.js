// Made by tests/browser/limits.py from the digits held out for validation.
export const LOGIT = 5; // of 100 digits, 98 have a logit above this
export const INK = 0.25; // of 1000 digits, 995 cover a smaller share of the picture
