"""The mails that a follower gets. Each says why it came, and how to end them."""

from hashlib import sha256

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notice
from consultations.models import News, NewsKind


def news_notices(news, followers):
    """The notices that these followers are owed of what happened, not yet saved."""
    mails = {each: news_mail(news, each) for each in {each.language for each in followers}}
    return [_notice(news, follower, *mails[follower.language]) for follower in followers]


def news_mail(news, language):
    """Subject and body, in the language of whoever follows."""
    consultation = news.consultation
    with override(language):
        subject, body = SAID[news.kind](news, consultation)
        return subject % {"title": consultation.title}, f"{body}\n\n{_page(consultation)}\n"


def _notice(news, follower, subject, body):
    with override(follower.language):
        why = _("You get this because you follow: %(followed)s.\nStop these mails: %(link)s\n") % {
            "followed": follower.followed,
            "link": ending(follower),
        }
    return Notice(
        key=f"{owed_to(follower)}news-{news.pk}",
        email=follower.email,
        subject=subject,
        body=f"{body}\n--\n{why}",
        unsubscribe_url=ending(follower),
    )


def confirmation_mail(subscription):
    """Subject and body: is the address yours, and do you want this?

    The same whether it is followed already: the page behind the link tells.
    """
    with override(subscription.language):
        link = reverse("consultations:subscription-confirm", args=[subscription.token])
        return _("Confirm that you want to follow"), _(
            "Somebody asked that we send news to this e-mail address, about:\n%(followed)s\n\n"
            "If it was you, confirm it here:\n%(link)s\n\n"
            "If it was not you, you need do nothing. If you want no mails about this, "
            "say so here:\n%(end)s\n"
        ) % {
            "followed": subscription.followed,
            "link": settings.SITE_URL + link,
            "end": ending(subscription),
        }


def ending(subscription):
    """Where the subscription is ended, by a person or by a mail program."""
    with override(subscription.language):
        path = reverse("consultations:subscription-end", args=[subscription.token])
    return settings.SITE_URL + path


def owed_to(subscription):
    """How the keys of a subscription's notices begin."""
    return f"subscription-{subscription.pk}-"


def asked_of(email):
    """How the keys begin of the notices that ask an address whether it wants to follow."""
    return f"follow-{sha256(email.encode()).hexdigest()[:40]}-"


def _published(_news, consultation):
    return _("New consultation: %(title)s"), _(
        "%(authority)s asks what you think.\n\n%(title)s\n%(summary)s\n\n"
        "Opens: %(opens)s\nDeadline: %(deadline)s\n\nRead and answer:"
    ) % {
        "authority": consultation.authority.name,
        "title": consultation.title,
        "summary": consultation.summary,
        "opens": moment(consultation.opens_at),
        "deadline": moment(consultation.deadline_at),
    }


def _opened(_news, consultation):
    return _("Open for answers: %(title)s"), _(
        "You can now answer “%(title)s”.\n\nDeadline: %(deadline)s\n\nRead and answer:"
    ) % {"title": consultation.title, "deadline": moment(consultation.deadline_at)}


def _amended(news, consultation):
    changes = "\n\n".join(_change(each.amendment) for each in _mailed_with(news))
    return _("Changed: %(title)s"), _(
        "“%(title)s” has been changed.\n\n%(changes)s\n\nRead more:"
    ) % {"title": consultation.title, "changes": changes}


def _deadline_near(news, consultation):
    return _("The deadline is near: %(title)s"), _(
        "You can answer “%(title)s” until %(deadline)s.\n\nRead and answer:"
    ) % {"title": consultation.title, "deadline": moment(news.deadline_at)}


def _concluded(_news, consultation):
    return _("Concluded: %(title)s"), _("“%(title)s” is concluded. See what it led to:") % {
        "title": consultation.title
    }


SAID = {
    NewsKind.PUBLISHED: _published,
    NewsKind.OPENED: _opened,
    NewsKind.AMENDED: _amended,
    NewsKind.DEADLINE_NEAR: _deadline_near,
    NewsKind.CONCLUDED: _concluded,
}


def _mailed_with(news):
    """The changes since the last one that followers were told of, this one with them."""
    changes = News.objects.amended(news.consultation).filter(pk__lte=news.pk)
    told = changes.filter(pk__lt=news.pk, told_to__gt=0).last()
    return changes.filter(pk__gt=told.pk) if told else changes


def _change(amendment):
    lines = [f"* {amendment.get_kind_display()}"]
    if amendment.deadline_after:
        lines.append(
            _("New deadline: %(deadline)s") % {"deadline": moment(amendment.deadline_after)}
        )
    return "\n".join([*lines, *filter(None, [amendment.note])])


def moment(value):
    """A time by the clock in Norway, to the minute."""
    local = timezone.localtime(value)
    return _("%(date)s at %(time)s") % {
        "date": date_format(local, "DATE_FORMAT"),
        "time": f"{local:%H:%M}",
    }


def _page(consultation):
    path = reverse("consultations:consultation-show", args=[consultation.slug])
    return settings.SITE_URL + path
