"""The Ministry's netthøring of 2010–2011, replayed with invented people and words.

The dates, the figures (1671 responses from 385 people and 312 organisations) and
the way it was handled follow Difi's report of 2012, chapter 5.1. All texts are ours.
"""
