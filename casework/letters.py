"""The page that is archived of a case: the assessment of a theme."""

from archive.pdf import Page


def assessment_page(assessment, cited):
    """What the authority makes of a theme, as it is journaled. `cited` are the entries of the
    responses that it rests on: numbers tell the archive which, and a reader no hidden name."""
    theme, consultation = assessment.theme, assessment.theme.consultation
    facts = [("Høring", consultation.title), ("Tema", theme.title)]
    numbers = ", ".join(entry.identifier for entry in cited)
    if numbers:
        facts.append(("Viser til journalpost", numbers))
    return Page(
        title=f"Vurdering av høringssvar – {theme.title}",
        language=consultation.language,
        created_at=assessment.published_at,
        facts=tuple(facts),
        body=assessment.text,
        footer=consultation.authority.name,
    )
