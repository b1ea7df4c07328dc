'use strict';

// Swagger UI has a dark theme, which a class of the root switches on.
const dark = matchMedia('(prefers-color-scheme: dark)');
const setTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', setTheme);
setTheme();

// The contract is loaded from, and every request is sent to, the host that served this page. No validator, no CDN.
SwaggerUIBundle({
  url: document.getElementById('api').dataset.contract,
  dom_id: '#api',
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  tryItOutEnabled: false,
  syntaxHighlight: { theme: 'nord' },
  // A tab in which the dashboard was signed in may do here what its key may do.
  requestInterceptor: (request) => {
    const page = sessionStorage.getItem('sentinel:page-token');
    if (page) request.headers['Sentinel-Page-Token'] = page;
    return request;
  },
});
