"""Reads what a PDF says, as any reader does."""

import re

import pikepdf


def said_in(file):
    """All that the PDF says, in the order of its content, without white space.

    Reads it as any reader does: by each font's ToUnicode table, or by the ActualText
    that stands in its stead.
    """
    said = []
    for sheet in pikepdf.open(file).pages:
        tables, replaced = {}, 0
        for name, font in sheet.get("/Resources", {}).get("/Font", {}).items():
            tables[name] = unicode_table(font.ToUnicode.read_bytes().decode())
        for operands, operator in pikepdf.parse_content_stream(sheet):
            match str(operator):
                case "Tf":
                    table = tables[str(operands[0])]
                case "BDC":
                    actual = operands[1].get("/ActualText") if len(operands) > 1 else None
                    if replaced or actual is not None:
                        replaced += 1
                    if actual is not None:
                        said.append(str(actual))
                case "BMC":
                    replaced += bool(replaced)
                case "EMC":
                    replaced -= bool(replaced)
                case "Tj" | "TJ" if not replaced:
                    shown = operands[0] if str(operator) == "TJ" else [operands[0]]
                    for part in shown:
                        if isinstance(part, pikepdf.String):
                            glyphs = bytes(part)
                            said += [table[glyphs[i : i + 2]] for i in range(0, len(glyphs), 2)]
    return without_space("".join(said))


def unicode_table(cmap):
    table = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            table[bytes.fromhex(glyph)] = bytes.fromhex(text).decode("utf-16-be")
    assert "beginbfrange" not in cmap
    return table


def without_space(text):
    return re.sub(r"[\s\ufeff]", "", text)
