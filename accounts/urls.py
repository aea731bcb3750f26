"""The addresses of the signed-in person."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.desk_show, name="desk-show"),
    path("organisasjon/", views.organisation_look_up, name="organisation-look-up"),
    path("sprak/", views.language_choose, name="language-choose"),
]
