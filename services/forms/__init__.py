"""Forms filled by voice: what they ask, how answers are understood, and what becomes of them."""
