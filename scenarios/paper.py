"""The consultation paper (høringsnotat) of a plan, made of what its editor wrote."""

from lxml import html

from archive.pdf import Page, render_pdf

BLOCKS = ("p", "h2", "h3", "li")


def paper(planned, authority):
    """The PDF/A of the paper: why, and then theme by theme what is proposed and asked."""
    themes = tuple(
        (f"{number}. {theme.title}", "\n\n".join([*plain(theme.introduction), asked(theme)]))
        for number, theme in enumerate(planned.themes, start=1)
    )
    return render_pdf(
        Page(
            title=f"Høringsnotat – {planned.title}",
            language="nb",
            created_at=planned.published_at,
            facts=(
                ("Avsender", authority),
                ("Avdeling", planned.unit),
                ("Høringsfrist", f"{planned.first_deadline_at or planned.deadline_at:%d.%m.%Y}"),
            ),
            body=planned.summary,
            sections=(
                ("Formål", planned.purpose),
                *themes,
                ("Slik blir svarene brukt", planned.use_of_responses),
            ),
            footer=authority,
        )
    )


def plain(introduction):
    """The paragraphs of simple HTML, as plain text."""
    for block in html.fragment_fromstring(introduction, create_parent=True).iter(*BLOCKS):
        text = " ".join(block.text_content().split())
        yield f"– {text}" if block.tag == "li" else text


def asked(theme):
    return "\n".join(["Vi spør:", *(f"– {question}" for question in theme.questions)])
