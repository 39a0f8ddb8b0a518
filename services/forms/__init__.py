"""Forms filled by voice: what they ask, how answers are understood, and what becomes of them.

`definitions` and `kinds` say what a form holds, `filling` leads through one, `store` keeps it, `eform` and `printing`
make the draft, `consents` and `register` look citizens up. Import from these modules.
"""
