"""A small consultation that is open now and takes anonymous answers: something to try."""
