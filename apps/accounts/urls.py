"""One's own account. Signing in, passwords, factors and sessions are allauth's, under /accounts/."""

from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [path("", views.account, name="account")]
