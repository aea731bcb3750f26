"""Following by mail: the form, the links in the mails, and what one follows.

No page tells whether an address follows anything: only the mail to it does.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Authority
from consultations.actions import confirm_subscriptions, end_subscription, follow
from consultations.forms.following import FollowForm
from consultations.models import Consultation, ConsultationStatus, Subscription


@require_http_methods(["GET", "POST"])
def subscription_start(request, slug="", authority=""):
    """Ask to follow a consultation, an authority, or everything."""
    things = _things(slug, authority)
    user = request.user if request.user.is_authenticated else None
    form = FollowForm(
        request.POST if request.method == "POST" else None,
        initial={"email": user.email if user else ""},
        **things,
    )
    if form.is_valid():
        subscription = follow(
            form.cleaned_data["email"], **form.followed, language=get_language(), by=user
        )
        if user and subscription.email == user.email.lower():
            messages.success(request, _("You follow this now. We send the news to you by e-mail."))
            return redirect("consultations:subscription-list")
        return redirect("consultations:subscription-sent")
    return render(
        request,
        "consultations/subscription_sender.html",
        {"form": form} | things,
        status=422 if form.is_bound else 200,
    )


@require_GET
def subscription_sent(request):
    """Look in your mail: the same for every address."""
    return render(request, "consultations/subscription_sent_sender.html")


@require_http_methods(["GET", "POST"])
def subscription_confirm(request, token):
    """The link in the mail. A button confirms, for mail programs open links by themselves."""
    subscription = _by_token(token)
    if subscription is None:
        return _gone(request, is_confirming=True)
    waiting = _listed(Subscription.objects.unconfirmed().of_address(subscription.email))
    confirmed = confirm_subscriptions(subscription) if request.method == "POST" else []
    return _unindexed(
        render(
            request,
            "consultations/subscription_confirm_sender.html",
            {
                "subscription": subscription,
                "subscriptions": waiting,
                "is_confirmed": bool(confirmed) or not waiting,
            },
        )
    )


@csrf_exempt
@require_http_methods(["GET", "POST"])
def subscription_end(request, token):
    """End a subscription: by the button of the page, or by that of a mail program, which
    posts here without a cookie (RFC 8058). The secret of the address is all it takes."""
    subscription = _by_token(token)
    if subscription is None:
        return _gone(request, is_confirming=False)
    if request.method == "POST":
        end_subscription(subscription)
    return _unindexed(
        render(
            request,
            "consultations/subscription_end_sender.html",
            {"subscription": subscription, "is_ended": request.method == "POST"},
        )
    )


@require_GET
def subscription_list(request):
    """What the signed-in person follows, by the address of the account."""
    mine = _listed(Subscription.objects.confirmed().of_address(request.user.email))
    is_all = any(not each.consultation_id and not each.authority_id for each in mine)
    return render(
        request,
        "consultations/subscriptions_sender.html",
        {"subscriptions": mine, "can_follow_all": not is_all},
    )


def _things(slug, authority):
    """What the address names: what one may follow, from the nearest to the widest. What is
    concluded has no more news."""
    if slug:
        consultation = get_object_or_404(
            Consultation.objects.public().select_related("authority"), slug=slug
        )
        is_over = consultation.status == ConsultationStatus.CONCLUDED
        return {
            "consultation": None if is_over else consultation,
            "authority": consultation.authority,
        }
    return {"authority": get_object_or_404(Authority, slug=authority) if authority else None}


def _by_token(token):
    subscriptions = Subscription.objects.select_related("consultation", "authority")
    return subscriptions.filter(token=token).first()


def _listed(subscriptions):
    return list(subscriptions.select_related("consultation", "authority").order_by("pk"))


def _gone(request, *, is_confirming):
    """The link of a subscription that is ended, or that nobody confirmed in time."""
    return _unindexed(
        render(
            request,
            "consultations/subscription_gone_sender.html",
            {"is_confirming": is_confirming},
            status=404 if is_confirming else 200,
        )
    )


def _unindexed(page):
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page
