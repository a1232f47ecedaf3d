import type { Migration } from 'kysely';
import { alarmMigrations } from '../alarms/migrations.ts';
import { alertmanagerMigrations } from '../alertmanager/migrations.ts';
import { auditMigrations } from '../audit/migrations.ts';
import { connectivityMigrations } from '../connectivity/migrations.ts';
import { cycleMigrations } from '../cycles/migrations.ts';
import { observedMigrations } from '../observed/migrations.ts';
import { hostMigrations } from '../hosts/migrations.ts';
import { leaseMigrations } from '../lease/migrations.ts';
import { faultReportMigrations } from '../fault-reports/migrations.ts';
import { operationsMigrations } from '../operations/migrations.ts';
import { otlpMigrations } from '../otlp/migrations.ts';
import { reportMigrations } from '../reports/migrations.ts';
import { stateMigrations } from '../states/migrations.ts';
import { tokenMigrations } from '../tokens/migrations.ts';
import { vmMigrations } from '../vms/migrations.ts';

/**
 * Every change the store ever went through. Each domain keeps its own, named `<domain>-<number>`, and no domain's tables
 * refer to another's, so only the order within a domain matters. A migration that was released is never edited.
 */
export const migrations: Record<string, Migration> = {
  ...vmMigrations,
  ...cycleMigrations,
  ...stateMigrations,
  ...reportMigrations,
  ...alarmMigrations,
  ...alertmanagerMigrations,
  ...faultReportMigrations,
  ...operationsMigrations,
  ...observedMigrations,
  ...otlpMigrations,
  ...hostMigrations,
  ...connectivityMigrations,
  ...leaseMigrations,
  ...auditMigrations,
  ...tokenMigrations,
};
