import { Type, type Static } from 'typebox';
import { Name, Timestamp } from './scalars.ts';
import { Vm } from './vm.ts';
import { DrawnState } from './state.ts';

/** Answer to `GET /api/v1/vms`: every VM the OMS knows, by name, with its state where it is known now. */
export const VmList = Type.Object({
  vms: Type.Array(Type.Intersect([Vm, Type.Object({ state: Type.Union([DrawnState, Type.Null()]) })])),
});
export type VmList = Static<typeof VmList>;

/** Answer to `GET /api/v1/status`: what this OMS shows, and from where. */
export const OmsStatus = Type.Object({
  version: Type.String(),
  now: Timestamp,
  /** Set when the records are a recorded incident and not this machine's present. */
  recording: Type.Union([
    Type.Object({ name: Type.String(), title: Type.String(), from: Timestamp, to: Timestamp }),
    Type.Null(),
  ]),
  /** Where the OMS is that performs operations, and whether it is this one; null while none is known to. */
  performer: Type.Union([Type.Object({ isUs: Type.Boolean(), address: Type.String() }), Type.Null()]),
  /** The exporters that the OMS scrapes; `lastCycle` is null until one answered. */
  hosts: Type.Array(
    Type.Object({
      url: Type.String(),
      host: Type.Union([Name, Type.Null()]),
      lastCycle: Type.Union([Timestamp, Type.Null()]),
      error: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
export type OmsStatus = Static<typeof OmsStatus>;
