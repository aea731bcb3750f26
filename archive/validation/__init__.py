"""The independent validator of an extraction: asks what the receiver's checks ask.

It is written against the standard, and shares no code with archive/noark5, which writes the
extraction: a misunderstanding there is not repeated here. Begin with `checks`, the table.
"""
