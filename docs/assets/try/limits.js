// Made by docs/study/limits.py from MNIST's training digits.
export const LOGIT = 6.85; // of 100 digits, 98 have a logit above this
export const INK = 0.260; // of 200 digits, 199 cover a smaller share of the picture
