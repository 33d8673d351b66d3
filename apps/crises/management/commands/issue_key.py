"""Print a new API key for a user: manage.py issue_key USERNAME [--scope read|write] [--crisis SLUG …] [--days N]."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.models import ApiKey, User
from apps.crises import actions
from apps.crises.models import Crisis


class Command(BaseCommand):
    help = "Print a new API key. It is shown once and kept only as a hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scope", choices=ApiKey.Scope.values, default=ApiKey.Scope.READ)
        parser.add_argument("--crisis", nargs="+", default=[], metavar="SLUG", help="Restrict the key to these crises.")
        parser.add_argument("--name", default="issued on the command line")
        parser.add_argument("--days", type=int, default=365)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get(username=options["username"])
        except User.DoesNotExist:
            raise CommandError(f"There is no user named {options['username']!r}.") from None
        if options["days"] < 1:
            raise CommandError("A key is valid for a day at least.")
        crises = list(Crisis.objects.filter(slug__in=options["crisis"]))
        if unknown := set(options["crisis"]) - {crisis.slug for crisis in crises}:
            raise CommandError(f"There is no crisis named {', '.join(sorted(unknown))}.")
        _, key = actions.issue_key(
            user=user,
            name=options["name"],
            scope=options["scope"],
            crises=crises,
            days=options["days"],
            now=timezone.now(),
        )
        self.stdout.write(key)
