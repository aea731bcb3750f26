"""The Noark 5 extraction: how the rows of the archive become the files of the standard."""
