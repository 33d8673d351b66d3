"""TopoJSON arcs come back as rings, the antimeridian included."""

from apps.geo.topojson import features

UNIT = {"scale": [1, 1], "translate": [0, 0]}


def rings(arcs: list, geometry: dict) -> list:
    topology = {"transform": UNIT, "arcs": arcs, "objects": {"land": {"geometries": [geometry]}}}
    (feature,) = features(topology, "land")
    return feature["geometry"]["coordinates"]


def test_arcs_join_end_to_end_and_run_backwards_where_asked() -> None:
    arcs = [[[0, 0], [1, 0], [0, 1]], [[0, 0], [0, 1], [1, 0]]]
    (polygon,) = rings(arcs, {"type": "Polygon", "arcs": [[0, -2]], "id": "1"})
    assert polygon == [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]


def test_quantised_positions_are_scaled_and_shifted() -> None:
    topology = {
        "transform": {"scale": [0.5, 0.1], "translate": [-180, -90]},
        "arcs": [[[0, 0], [10, 0], [0, 10], [-10, -10]]],
        "objects": {"land": {"geometries": [{"type": "Polygon", "arcs": [[0]]}]}},
    }
    (feature,) = features(topology, "land")
    assert feature["geometry"]["coordinates"] == [[[[-180, -90], [-175, -90], [-175, -89], [-180, -90]]]]


def test_a_ring_across_the_antimeridian_goes_on_beyond_it() -> None:
    arc = [[179, 0], [-358, 0], [0, 1], [358, 0], [0, -1]]
    (polygon,) = rings([arc], {"type": "MultiPolygon", "arcs": [[[0]]]})
    assert polygon == [[[179, 0], [181, 0], [181, 1], [179, 1], [179, 0]]]


def test_a_ring_round_the_pole_is_closed_along_the_pole() -> None:
    arc = [[-180, -70], [120, 0], [120, 0], [119, 0], [-359, 0]]
    (polygon,) = rings([arc], {"type": "Polygon", "arcs": [[0]]})
    assert polygon[0][-3:] == [[180, -90.0], [-180, -90.0], [-180, -70]]


def test_a_ring_that_only_runs_along_a_pole_is_left_out() -> None:
    along_the_pole = [[-180, -90], [360, 0], [-360, 0]]
    coast = [[0, -70], [10, 0], [0, 5], [-10, -5]]
    (polygon,) = rings([along_the_pole, coast], {"type": "Polygon", "arcs": [[0], [1]]})
    assert [ring[0] for ring in polygon] == [[0, -70]]
