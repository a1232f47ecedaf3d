// After the configuration that @grafana/create-plugin 7.1.7 writes, reduced to what this plugin needs: an AMD module whose
// shared packages Grafana provides.
const path = require('node:path');
const webpack = require('webpack');
const CopyWebpackPlugin = require('copy-webpack-plugin');
const { version } = require('./package.json');

const { id } = require('./src/plugin.json');
const updated = new Date().toISOString().slice(0, 10);

/** Grafana's shared packages. `react/jsx-runtime` is absent on purpose: Grafana 11 does not provide it. */
const externals = ['react', 'react-dom', 'rxjs', /^@grafana\/(data|runtime|ui)$/];

const fillIn = (content) => content.toString().replaceAll('%VERSION%', version).replaceAll('%TODAY%', updated);

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
        loader: 'swc-loader',
        options: {
          jsc: {
            target: 'es2020',
            parser: { syntax: 'typescript', tsx: true },
            transform: { react: { runtime: 'classic' } },
          },
        },
      },
    ],
  },
  resolve: { extensions: ['.ts', '.tsx', '.js'] },
  output: {
    path: path.join(__dirname, 'dist'),
    filename: '[name].js',
    clean: true,
    library: { type: 'amd' },
    publicPath: `public/plugins/${id}/`,
    uniqueName: id,
  },
  performance: { hints: false },
  plugins: [
    new webpack.BannerPlugin({ banner: `/* ${id}@${version} */`, raw: true, entryOnly: true }),
    new CopyWebpackPlugin({
      patterns: [
        { from: 'plugin.json', transform: fillIn },
        { from: '../CHANGELOG.md' },
        { from: '../../docs/images/operation.png', to: 'img/' },
        { from: '../README.md', transform: fillIn },
        { from: 'img/logo.svg', to: 'img/' },
        { from: '../../LICENSE', to: 'LICENSE', toType: 'file' },
        { from: '../../NOTICE', to: 'NOTICE', toType: 'file' },
      ],
    }),
  ],
});
