// SPDX-License-Identifier: MIT
// Swagger UI on the document of this very server. Tokens stay in this page's memory.
"use strict";

SwaggerUIBundle({
  url: "../openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
