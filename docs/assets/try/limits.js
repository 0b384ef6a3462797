// Made by docs/study/limits.py from MNIST's training digits.
export const LOGIT = 3.21; // of 1,000 digits read with confidence, 999 have a higher logit
export const INK = 0.278; // of 1,000 digits, 998 cover a smaller share of the picture
