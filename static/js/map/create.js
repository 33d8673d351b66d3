/**
 * The Leaflet map: panes, controls and the view it starts with. Only the modules of this folder know Leaflet (`L`,
 * the global that django-leaflet and markercluster share).
 */

import { gettext } from "../lib/i18n.js";

/** Below this zoom lines are drawn thinner. */
const FAR = 5;

/** Drawing order, below Leaflet's markers (600). */
const PANES = { land: 210, boundaries: 310, areas: 320, situations: 330, names: 340, halo: 620 };

/**
 * The map that django-leaflet makes for the element, once it exists. Call before the page is parsed to its end.
 * @param {string} id
 * @returns {Promise<any>}
 */
export function mapOf(id) {
  return new Promise((resolve) => {
    window.addEventListener("map:init", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      if (detail.id === id) resolve(prepared(detail.map));
    });
  });
}

/** @param {any} map */
function prepared(map) {
  const rightToLeft = document.documentElement.dir === "rtl";
  for (const [name, order] of Object.entries(PANES)) {
    map.createPane(name).style.zIndex = String(order);
    map.getPane(name).style.pointerEvents = name === "situations" ? "" : "none";
  }
  map.zoomControl.setPosition(rightToLeft ? "topright" : "topleft");
  map.attributionControl.addAttribution(gettext("Base map: Natural Earth"));
  const tellDistance = () => map.getContainer().classList.toggle("is-far", map.getZoom() < FAR);
  map.on("zoomend", tellDistance);
  tellDistance();
  map.getContainer().setAttribute("aria-label", gettext("Map of the situation"));
  map.getContainer().setAttribute("role", "region");
  return map;
}

/**
 * "8/36.2000/37.1000": zoom, latitude, longitude.
 * @param {any} map
 */
export function viewOf(map) {
  const { lat, lng } = map.getCenter();
  return `${map.getZoom()}/${lat.toFixed(3)}/${lng.toFixed(3)}`;
}

/**
 * Go to a remembered view, else to the crisis.
 * @param {any} map
 * @param {string} view
 * @param {[number, number, number, number] | null} bbox west, south, east, north
 * @param {number} [covered] pixels of the map's far side under the panel
 */
export function goTo(map, view, bbox, covered = 0) {
  const [zoom, latitude, longitude] = view.split("/").map(Number);
  if (view && [zoom, latitude, longitude].every(Number.isFinite)) {
    map.setView([latitude, longitude], zoom, { animate: false });
  } else if (bbox) {
    const padding =
      document.documentElement.dir === "rtl" ? { paddingTopLeft: [covered, 0] } : { paddingBottomRight: [covered, 0] };
    map.fitBounds(
      [
        [bbox[1], bbox[0]],
        [bbox[3], bbox[2]],
      ],
      { animate: false, ...padding },
    );
  } else {
    map.setView([20, 20], 2, { animate: false });
  }
}

/**
 * The extent on screen as "w,s,e,n", within the world.
 * @param {any} map
 */
export function boundsOf(map) {
  const bounds = map.getBounds();
  const west = Math.max(bounds.getWest(), -180);
  const east = Math.min(bounds.getEast(), 180);
  const south = Math.max(bounds.getSouth(), -90);
  const north = Math.min(bounds.getNorth(), 90);
  return [west, south, east, north].map((edge) => edge.toFixed(3)).join(",");
}
