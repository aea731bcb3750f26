"""The addresses of the signed-in person."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.desk_show, name="desk-show"),
    path("sprak/", views.language_choose, name="language-choose"),
]
