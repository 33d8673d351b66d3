/**
 * Ground under the maps of the administration: outlines and names of the areas in view, so that a point can be judged
 * without any online base map. The map works without it; nothing here is needed to save.
 */

/* global L */

/** The area level whose outlines help at a zoom: governorates from afar, sub-districts close up. */
const LEVELS = [
  { from: 11, level: 3 },
  { from: 8, level: 2 },
  { from: 5, level: 1 },
  { from: 0, level: 0 },
];
const MOST = 100;
const STYLE = { color: "#5f6a73", weight: 1, fill: false, interactive: false };

window.addEventListener("map:init", (event) => {
  const { map } = /** @type {CustomEvent} */ (event).detail;
  const ground = L.layerGroup().addTo(map);
  let shown = "";

  async function draw() {
    const finest = LEVELS.find(({ from }) => map.getZoom() >= from)?.level ?? 0;
    const box = map.getBounds().pad(0.2);
    const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((side) => side.toFixed(2)).join();
    const view = `${finest} ${bbox}`;
    if (view === shown) return;
    shown = view;
    const features = await areasIn(bbox, finest);
    // Another view since: what it draws is newer.
    if (view !== shown) return;
    ground.clearLayers();
    L.geoJSON(features, { style: STYLE, onEachFeature: name }).addTo(ground);
  }

  /**
   * @param {any} feature
   * @param {any} outline
   */
  function name({ properties }, outline) {
    const text = document.createElement("span");
    text.textContent = `${properties.name} ${properties.pcode}`;
    outline.bindTooltip(text, { permanent: true, direction: "center", opacity: 0.8 });
  }

  map.on("moveend", draw);
  map.whenReady(draw);
});

/**
 * Areas of a level; of a coarser one where the country has none so fine.
 * @param {string} bbox
 * @param {number} level
 * @returns {Promise<any[]>} GeoJSON features
 */
async function areasIn(bbox, level) {
  const answer = await fetch(`/api/v1/areas?format=geojson&level=${level}&limit=${MOST}&bbox=${bbox}`).catch(
    () => null,
  );
  const features = answer?.ok ? (await answer.json()).features : [];
  return features.length || level === 0 ? features : areasIn(bbox, level - 1);
}
