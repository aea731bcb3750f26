"""The pages that are archived: the letter that goes out, the responses that come in, and the
discussion beside them."""

from collections import defaultdict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from archive.pdf import Page
from consultations.models import Channel, SenderKind


def letter_page(consultation):
    """The consultation letter, as it is journaled and sent."""
    return Page(
        title=f"Høring – {consultation.title}",
        language=consultation.language,
        created_at=timezone.now(),
        facts=(
            ("Avsender", consultation.authority.name),
            ("Avdeling", consultation.unit),
            ("Høringsfrist", _moment(consultation.deadline_at)),
            ("Kontakt", f"{consultation.contact_name}, {consultation.contact_email}"),
        ),
        body=consultation.letter,
        sections=(
            ("Formål", consultation.purpose),
            ("Slik blir svarene brukt", consultation.use_of_responses),
        ),
        footer=consultation.authority.name,
    )


def consultee_list_page(consultation, consultees):
    """Who was invited: the list that the letter refers to."""
    return Page(
        title="Liste over høringsinstanser",
        language=consultation.language,
        created_at=timezone.now(),
        facts=(("Høring", consultation.title),),
        body="\n".join(consultee.name for consultee in consultees),
        footer=consultation.authority.name,
    )


def response_page(response, *, text=None, sender=None):
    """A response as it is archived. `text` and `sender` stand in for the original in the
    redacted variant. `submission`, `theme` and `consultation` must be fetched."""
    submission = response.submission
    facts = [
        ("Høring", response.consultation.title),
        ("Tema", response.theme.title),
        ("Avsender", sender or submission.sender_name),
    ]
    if submission.sender_kind == SenderKind.ORGANISATION and not sender:
        if submission.organisation_number:
            facts.append(("Organisasjonsnummer", submission.organisation_number))
        if submission.name:
            facts.append(("Sendt av", submission.name))
    facts.append(("Mottatt", _moment(response.received_at)))
    if submission.channel != Channel.WEB:
        facts.append(("Kommet som", CHANNELS[submission.channel]))
    facts.append(("Referanse", response.reference))
    if submission.adds_to_id and not sender:
        facts.append(("Tillegg til", submission.adds_to.reference))
    return Page(
        title="Høringssvar" if text is None else "Høringssvar – sladdet",
        language=submission.language,
        created_at=response.received_at,
        facts=tuple(facts),
        body=original_text(response) if text is None else text,
        footer=response.reference,
    )


def discussion_page(consultation, posts):
    """A discussion that is over, as everybody could read it: each thread with its replies, by
    the names that were shown. `theme`, `author` and `response__submission` must be fetched."""
    replies = defaultdict(list)
    for post in posts:
        if post.parent_id:
            replies[post.parent_id].append(post)
    threads = [post for post in posts if not post.parent_id]
    threads.sort(key=lambda post: (post.theme.is_whole, post.theme.position, post.created_at))
    with override(consultation.language):
        sections = tuple(
            (
                f"{thread.theme.title}: {thread.public_title}",
                "\n\n".join(_said(post) for post in (thread, *replies[thread.pk])),
            )
            for thread in threads
        )
    return Page(
        title=f"Diskusjon – {consultation.title}",
        language=consultation.language,
        created_at=timezone.now(),
        facts=(
            ("Høring", consultation.title),
            ("Tråder", str(len(threads))),
            ("Innlegg", str(len(posts))),
        ),
        body="Diskusjonen på høringssidene. Innleggene er ikke høringssvar. Slik kunne alle lese "
        "dem, med de navnene som ble vist.",
        sections=sections,
        footer=consultation.authority.name,
    )


def _said(post):
    """Who, when and what, of one post."""
    about = f"{post.public_author}, {_moment(post.created_at)}"
    if post.is_of_authority:
        about += f" (for {post.consultation.authority.name})"
    if post.response_id and not post.parent_id:
        about += f", til høringssvar {post.response.reference}"
    if post.is_removed:
        return f"{_moment(post.created_at)}\nFjernet av moderator: {post.removed_reason}"
    return f"{about}\n{post.text}"


CHANNELS = {Channel.EMAIL: "E-post", Channel.LETTER: "Brev", Channel.ORAL: "Muntlig"}
NO_REMARKS = {"nb": "Ingen merknader.", "nn": "Ingen merknader.", "en": "No remarks."}


def original_text(response):
    """What the sender said: the text, or that there are no remarks."""
    if response.text.strip() or not response.has_no_remarks:
        return response.text
    return NO_REMARKS[response.submission.language]


def _moment(value):
    local = timezone.localtime(value)
    return f"{date_format(local, 'j.n.Y')} kl. {local:%H.%M}"
