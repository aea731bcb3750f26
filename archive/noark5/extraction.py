"""Makes an extraction of one authority's closed periods."""


def run_extraction(extraction):
    raise NotImplementedError
