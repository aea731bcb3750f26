from django.http import HttpResponse
from django.urls import path


def placeholder(request, token):
    return HttpResponse(token)


urlpatterns = [
    path("innsending/<str:token>/kvittering/", placeholder, name="receipt-show"),
    path("bekreft/<str:token>/", placeholder, name="email-confirm"),
]
