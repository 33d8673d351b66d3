"""Sources and their datasets."""

import factory

from apps.sources.models import Dataset, Source


class SourceFactory(factory.django.DjangoModelFactory):
    """A source that does not release on arrival."""

    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"source-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())


class DatasetFactory(factory.django.DjangoModelFactory):
    """A dataset that may leave with attribution."""

    class Meta:
        model = Dataset

    source = factory.SubFactory(SourceFactory)
    slug = factory.Sequence(lambda n: f"dataset-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())
    counts = "events"
    licence = "CC BY 4.0"
    attribution = factory.LazyAttribute(lambda o: f"{o.name}, by its source")
    redistribution = "attribution"
