import { Type, type Static } from 'typebox';

/**
 * Answer to `GET /api/v1/prometheus/targets`: the exporters that the OMS reads, in the format of Prometheus' HTTP service discovery.
 * `targets` are `host:port`. Labels that begin with `__meta_faultline_` are what the OMS knows of the host, for relabelling: `host` its
 * name, absent until the exporter has told it, and `isolated` (`true` or `false`), absent with it.
 */
export const HttpTargetGroups = Type.Array(
  Type.Object({
    targets: Type.Array(Type.String()),
    labels: Type.Object({
      __scheme__: Type.Enum(['http', 'https']),
      __metrics_path__: Type.String(),
      __meta_faultline_host: Type.Optional(Type.String()),
      __meta_faultline_isolated: Type.Optional(Type.Enum(['true', 'false'])),
    }),
  }),
);
export type HttpTargetGroups = Static<typeof HttpTargetGroups>;
