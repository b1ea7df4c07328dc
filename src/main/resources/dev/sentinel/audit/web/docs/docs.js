'use strict';

// The contract and every request go to the host that served this page; no validator, no CDN.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  tryItOutEnabled: false,
  syntaxHighlight: { theme: 'nord' },
});
