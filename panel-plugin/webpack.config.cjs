/**
 * Builds `dist/module.js` as Grafana loads a plugin: one AMD module whose shared dependencies come from the host.
 * The shape follows @grafana/create-plugin 7.1.7; left out is what this plugin does not have (images, chunks, Sass, live reload).
 */
const path = require('node:path');
const CopyPlugin = require('copy-webpack-plugin');
const { version } = require('./package.json');

/** What the host provides. `react/jsx-runtime` is not among them: Grafana 11 has no such module, so JSX is compiled the classic way. */
const externals = ['react', 'react-dom', 'rxjs', '@emotion/css', /^@grafana\/(data|runtime|ui)$/];

const stamp = (content) =>
  content.toString().replaceAll('%VERSION%', version).replaceAll('%TODAY%', new Date().toISOString().slice(0, 10));

module.exports = (env) => ({
  mode: env.production ? 'production' : 'development',
  context: path.join(__dirname, 'src'),
  entry: { module: './module.ts' },
  devtool: 'source-map',
  externals,
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        exclude: /node_modules/,
        use: {
          loader: 'swc-loader',
          options: {
            jsc: {
              target: 'es2022',
              parser: { syntax: 'typescript', tsx: true },
              transform: { react: { runtime: 'classic' } },
            },
          },
        },
      },
      { test: /\.css$/, type: 'asset/source' },
    ],
  },
  output: {
    clean: true,
    path: path.join(__dirname, 'dist'),
    filename: '[name].js',
    library: { type: 'amd' },
    publicPath: 'public/plugins/faultline-timeline-panel/',
    uniqueName: 'faultline-timeline-panel',
  },
  plugins: [
    new CopyPlugin({
      patterns: [
        { from: 'plugin.json', transform: stamp },
        { from: 'img/*.svg' },
        { from: '../CHANGELOG.md' },
        { from: '../../docs/images/panel-incident.png', to: 'img/' },
        { from: '../README.md' },
        { from: '../../LICENSE' },
        { from: '../../NOTICE' },
      ],
    }),
  ],
  performance: { maxAssetSize: 400_000, maxEntrypointSize: 400_000 },
  resolve: { extensions: ['.ts', '.tsx', '.js'] },
});
