"""Packages served straight from node_modules."""

import pytest
from django.core.management import call_command

from apps.core.npm import NpmFinder

MAP = b"//# sourceMappingURL=slim.js.map\n"


@pytest.fixture
def installed(settings, tmp_path):
    """One package with what npm leaves behind, and one that was never installed."""
    settings.BASE_DIR = tmp_path
    settings.NPM_PACKAGES = ["slim", "absent"]
    package = tmp_path / "node_modules" / "slim"
    (package / "dist").mkdir(parents=True)
    (package / "node_modules" / "other").mkdir(parents=True)
    (package / "dist" / "slim.js").write_bytes(b"export const slim = 1;\n" + MAP)
    (package / "dist" / "slim.css").write_bytes(b".slim { color: red }\n/*# sourceMappingURL=slim.css.map */\n")
    (package / "node_modules" / "other" / "other.js").write_bytes(b"")
    (package / "package.json").write_text("{}")
    (package / "README.md").write_text("Slim")
    return NpmFinder()


def names(finder):
    return [f"{storage.prefix}/{path}" for path, storage in finder.list([])]


def test_only_what_a_browser_loads_is_served(installed):
    assert names(installed) == ["npm/slim/dist/slim.css", "npm/slim/dist/slim.js"]


def test_a_file_is_found_by_its_address(installed, tmp_path):
    expected = str(tmp_path / "node_modules" / "slim" / "dist" / "slim.js")
    assert installed.find("npm/slim/dist/slim.js") == expected
    assert installed.find("npm/slim/dist/slim.js", find_all=True) == [expected]


@pytest.mark.parametrize("path", ["npm/slim/package.json", "npm/slim/README.md", "npm/other/x.js", "js/slim.js"])
def test_nothing_else_is_found(installed, path):
    assert installed.find(path) == []


def test_a_path_that_climbs_out_of_the_package_is_refused(installed, tmp_path):
    (tmp_path / "secret.js").write_text("secret")
    with pytest.raises(Exception, match="outside of the base path"):
        installed.find("npm/slim/../../secret.js")


def test_the_names_of_source_maps_are_left_out(installed):
    storage = installed.storages["slim"]
    with storage.open("dist/slim.js") as script, storage.open("dist/slim.css") as style:
        assert script.read() == b"export const slim = 1;\n"
        assert style.read() == b".slim { color: red }\n"


def test_a_package_that_is_not_installed_is_named(installed):
    (warning,) = installed.check()
    assert "absent" in warning.msg
    assert "npm ci" in warning.hint


def test_a_manifest_can_be_made_of_packages_without_their_source_maps(installed, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_FINDERS = ["apps.core.npm.NpmFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "collected" / "staticfiles.json").is_file()
