import type { DomainRef } from '../../domain.ts';
import { bytes, struct, uhyper, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import { domainAndFlags, domainRef, optionalText, typedParams, type TypedParam } from '../types.ts';

const row = rowsOf(remoteProgram);

/** REMOTE_MIGRATE_COOKIE_MAX and REMOTE_DOMAIN_MIGRATE_PARAM_LIST_MAX, remote_protocol.x. */
const cookieMax = 4 * 1024 * 1024;
const paramsMax = 64;

/** Moving a domain to another host. Bandwidth in MiB/s, downtime in ms. */
export const migrationProcedures = {
  domainMigrateSetMaxDowntime: row(166, 'DOMAIN_MIGRATE_SET_MAX_DOWNTIME', {
    args: struct<{ domain: DomainRef; downtime: bigint; flags: number }>({
      domain: domainRef,
      downtime: uhyper,
      flags: uint,
    }),
  }),
  domainMigrateSetMaxSpeed: row(207, 'DOMAIN_MIGRATE_SET_MAX_SPEED', {
    args: struct<{ domain: DomainRef; bandwidth: bigint; flags: number }>({
      domain: domainRef,
      bandwidth: uhyper,
      flags: uint,
    }),
  }),
  domainMigrateGetMaxSpeed: row(242, 'DOMAIN_MIGRATE_GET_MAX_SPEED', {
    args: domainAndFlags,
    ret: struct<{ bandwidth: bigint }>({ bandwidth: uhyper }),
  }),
  domainMigratePerform3Params: row(305, 'DOMAIN_MIGRATE_PERFORM3_PARAMS', {
    args: struct<{
      domain: DomainRef;
      destination: string | null;
      params: readonly TypedParam[];
      cookieIn: Uint8Array;
      flags: number;
    }>({
      domain: domainRef,
      destination: optionalText,
      params: typedParams(paramsMax),
      cookieIn: bytes(cookieMax),
      flags: uint,
    }),
    ret: struct<{ cookieOut: Uint8Array }>({ cookieOut: bytes(cookieMax) }),
  }),
  domainMigrateStartPostCopy: row(364, 'DOMAIN_MIGRATE_START_POST_COPY', { args: domainAndFlags }),
  domainMigrateGetMaxDowntime: row(387, 'DOMAIN_MIGRATE_GET_MAX_DOWNTIME', {
    args: domainAndFlags,
    ret: struct<{ downtime: bigint }>({ downtime: uhyper }),
  }),
};
