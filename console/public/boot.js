// Runs before the bundle: @grafana/runtime reads `grafanaBootData` while it loads, and the icons and fonts read their folder.
// The theme is chosen here, before the first paint: what the person stored, or else what the system prefers.
(function () {
  var stored = null;
  try {
    stored = window.localStorage.getItem('faultline.theme');
  } catch (error) {
    console.warn('faultline: this browser keeps no settings for this page:', error);
  }
  var light = stored === 'light' || (stored !== 'dark' && window.matchMedia('(prefers-color-scheme: light)').matches);
  var theme = light ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  window.__grafana_public_path__ = '/public/';
  window.grafanaBootData = {
    assets: { dark: '', light: '' },
    navTree: [],
    user: {
      theme: theme,
      lightTheme: light,
      timezone: 'browser',
      locale: 'en-US',
      language: 'en-US',
      weekStart: '',
      orgRole: 'Viewer',
    },
    settings: {
      appSubUrl: '',
      featureToggles: {},
      liveEnabled: false,
      exploreEnabled: false,
      unifiedAlertingEnabled: false,
    },
  };
})();
