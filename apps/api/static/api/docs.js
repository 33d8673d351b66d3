/**
 * Shows the schema of the API. The bundle comes with the package; nothing is fetched from elsewhere.
 */

/* global SwaggerUIBundle */

const container = /** @type {HTMLElement} */ (document.getElementById("api-docs"));

SwaggerUIBundle({
  domNode: container,
  url: container.dataset.schema,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  // Kept for the page only: a key does not belong in a browser's storage.
  persistAuthorization: false,
});
