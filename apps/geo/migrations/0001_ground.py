"""Extensions of the database, then editions, areas, links and places."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateExtension("postgis"),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name='AdminArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                ('pcode', models.CharField(max_length=24, verbose_name='P-code')),
                ('names', models.JSONField(verbose_name='names by language')),
                ('ref_name', models.CharField(blank=True, max_length=200, verbose_name='reference name')),
                ('country_iso3', models.CharField(blank=True, max_length=3, verbose_name='country (ISO 3166 alpha-3)')),
                ('adm0_pcode', models.CharField(blank=True, max_length=24, null=True)),
                ('adm1_pcode', models.CharField(blank=True, max_length=24, null=True)),
                ('adm2_pcode', models.CharField(blank=True, max_length=24, null=True)),
                ('adm3_pcode', models.CharField(blank=True, max_length=24, null=True)),
                ('boundary', django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326, verbose_name='boundary')),
                ('outline_mid', django.contrib.gis.db.models.fields.MultiPolygonField(null=True, spatial_index=False, srid=4326, verbose_name='outline, about 250 m')),
                ('outline_low', django.contrib.gis.db.models.fields.MultiPolygonField(null=True, spatial_index=False, srid=4326, verbose_name='outline, about 1.5 km')),
                ('label_point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326, verbose_name='label point, inside the boundary')),
                ('area_sqkm', models.FloatField(verbose_name='area in km²')),
                ('fingerprint', models.CharField(editable=False, max_length=64)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='geo.adminarea')),
            ],
            options={
                'verbose_name': 'administrative area',
                'verbose_name_plural': 'administrative areas',
                'ordering': ['level', 'pcode'],
            },
        ),
        migrations.CreateModel(
            name='BoundaryEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country_iso3', models.CharField(blank=True, max_length=3, verbose_name='country (ISO 3166 alpha-3)')),
                ('country_pcode', models.CharField(blank=True, max_length=8, verbose_name='country P-code')),
                ('version', models.CharField(max_length=40, verbose_name='version')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('valid_on', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('licence', models.CharField(max_length=80, verbose_name='licence')),
                ('attribution', models.CharField(max_length=300, verbose_name='attribution')),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='where it came from')),
                ('is_current', models.BooleanField(default=False, verbose_name='in force')),
                ('loaded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last change')),
            ],
            options={
                'verbose_name': 'boundary edition',
                'verbose_name_plural': 'boundary editions',
                'ordering': ['country_iso3', '-valid_on'],
                'constraints': [models.UniqueConstraint(fields=('country_iso3', 'version'), name='geo_edition_unique_version'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('country_iso3',), name='geo_edition_one_current_per_country'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_on', None), ('valid_to__gte', models.F('valid_on')), _connector='OR'), name='geo_edition_validity_in_order')],
            },
        ),
        migrations.CreateModel(
            name='AreaPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('piece', django.contrib.gis.db.models.fields.PolygonField(srid=4326)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='geo.adminarea')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='geo.boundaryedition')),
            ],
            options={
                'verbose_name': 'piece of an area',
                'verbose_name_plural': 'pieces of areas',
            },
        ),
        migrations.AddField(
            model_name='adminarea',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='geo.boundaryedition'),
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('settlement', 'settlement'), ('neighbourhood', 'neighbourhood'), ('camp_or_site', 'camp or site'), ('facility', 'facility')], max_length=16, verbose_name='kind')),
                ('pcode', models.CharField(blank=True, max_length=24, null=True, verbose_name='code')),
                ('scheme', models.CharField(blank=True, max_length=40, null=True, verbose_name='whose code')),
                ('names', models.JSONField(verbose_name='names by language')),
                ('location', django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name='location')),
                ('country_iso3', models.CharField(blank=True, max_length=3, verbose_name='country (ISO 3166 alpha-3)')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population, as the gazetteer says')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('external_id', models.CharField(max_length=64, verbose_name='id at the source')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='places', to='geo.adminarea')),
            ],
            options={
                'verbose_name': 'place',
                'verbose_name_plural': 'places',
                'ordering': ['country_iso3', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PlaceName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='spelling')),
                ('language', models.CharField(blank=True, max_length=8, verbose_name='language (ISO 639-1)')),
                ('is_primary', models.BooleanField(default=False, verbose_name='the usual one')),
                ('folded', models.CharField(editable=False, max_length=200)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spellings', to='geo.place')),
            ],
            options={
                'verbose_name': 'spelling',
                'verbose_name_plural': 'spellings',
                'ordering': ['place', '-is_primary', 'text'],
            },
        ),
        migrations.CreateModel(
            name='UndeterminedGround',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('names', models.JSONField(verbose_name='names by language')),
                ('boundary', django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326, verbose_name='boundary')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='undetermined_ground', to='geo.boundaryedition')),
            ],
            options={
                'verbose_name': 'ground of undetermined status',
                'verbose_name_plural': 'ground of undetermined status',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='AreaLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('same', 'same ground, same code'), ('renamed', 'same ground, other code or name'), ('split', 'divided'), ('merged', 'joined with others')], max_length=8, verbose_name='relation')),
                ('weight', models.DecimalField(decimal_places=6, max_digits=7, verbose_name='weight')),
                ('source', models.CharField(max_length=80, verbose_name='says who')),
                ('from_area', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_onward', to='geo.adminarea')),
                ('to_area', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_back', to='geo.adminarea')),
            ],
            options={
                'verbose_name': 'link between editions',
                'verbose_name_plural': 'links between editions',
                'ordering': ['from_area', '-weight'],
                'constraints': [models.UniqueConstraint(fields=('from_area', 'to_area'), name='geo_link_unique_pair'), models.CheckConstraint(condition=models.Q(('weight__gt', 0), ('weight__lte', 1)), name='geo_link_weight_is_a_share'), models.CheckConstraint(condition=models.Q(('from_area', models.F('to_area')), _negated=True), name='geo_link_joins_two_areas')],
            },
        ),
        migrations.AddIndex(
            model_name='adminarea',
            index=models.Index(fields=['pcode'], name='geo_area_pcode'),
        ),
        migrations.AddIndex(
            model_name='adminarea',
            index=models.Index(fields=['country_iso3', 'level'], name='geo_area_country_level'),
        ),
        migrations.AddIndex(
            model_name='adminarea',
            index=models.Index(fields=['edition', 'adm1_pcode'], name='geo_area_edition_adm1'),
        ),
        migrations.AddIndex(
            model_name='adminarea',
            index=models.Index(fields=['edition', 'adm2_pcode'], name='geo_area_edition_adm2'),
        ),
        migrations.AddConstraint(
            model_name='adminarea',
            constraint=models.UniqueConstraint(fields=('edition', 'pcode'), name='geo_area_unique_pcode_in_edition'),
        ),
        migrations.AddConstraint(
            model_name='adminarea',
            constraint=models.CheckConstraint(condition=models.Q(('level__lte', 4)), name='geo_area_level_0_to_4'),
        ),
        migrations.AddConstraint(
            model_name='adminarea',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 0), _negated=True), ('parent', None), _connector='OR'), name='geo_area_country_has_no_parent'),
        ),
        migrations.AddConstraint(
            model_name='adminarea',
            constraint=models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='geo_area_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(condition=models.Q(('pcode', None), _negated=True), fields=['pcode'], name='geo_place_pcode'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='geo_place_unique_at_source'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(condition=models.Q(('pcode', None), _negated=True), fields=('scheme', 'pcode'), name='geo_place_unique_pcode_in_scheme'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pcode', None), ('scheme', None)), models.Q(('pcode__isnull', False), ('scheme__isnull', False)), _connector='OR'), name='geo_place_pcode_and_scheme_together'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='geo_place_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='placename',
            index=django.contrib.postgres.indexes.GinIndex(fields=['folded'], name='geo_placename_folded_trgm', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='placename',
            index=models.Index(fields=['folded'], name='geo_placename_folded'),
        ),
        migrations.AddConstraint(
            model_name='placename',
            constraint=models.UniqueConstraint(fields=('place', 'text'), name='geo_placename_unique_spelling'),
        ),
        migrations.AddConstraint(
            model_name='undeterminedground',
            constraint=models.UniqueConstraint(fields=('edition', 'code'), name='geo_undetermined_unique_code'),
        ),
    ]
