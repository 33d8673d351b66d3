"""App registration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, sign-in, API keys, audit, sensitivity levels."""

    name = "apps.accounts"

    def ready(self) -> None:
        """Hear of sign-ins, and let nobody past the administration's own form, which knows no second factor."""
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        from apps.accounts import signing_in

        signing_in.listen()
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
