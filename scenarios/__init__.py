"""Whole consultations that can be played: who sends what, when, and what becomes of it."""
