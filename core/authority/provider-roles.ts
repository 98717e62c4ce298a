/**
 * Roles that database services create for themselves and for their customers' administrators. The service manages their
 * memberships, so a policy that does not declare them does not change them. Source: the services' documentations, as of
 * 2025.
 */
const providerRoles: ReadonlySet<string> = new Set([
  // Amazon RDS and Aurora
  'rdsadmin',
  'rds_ad',
  'rds_iam',
  'rds_password',
  'rds_replication',
  'rds_reserved',
  'rds_superuser',
  'rdsrepladmin',
  'rdstopmgr',
  'rdswriteforwarduser',
  'rds_extension',
  // Google Cloud SQL and AlloyDB
  'cloudsqladmin',
  'cloudsqlagent',
  'cloudsqliamgroup',
  'cloudsqliamgroupserviceaccount',
  'cloudsqliamgroupuser',
  'cloudsqliamserviceaccount',
  'cloudsqliamuser',
  'cloudsqlimportexport',
  'cloudsqlinactiveuser',
  'cloudsqllogical',
  'cloudsqlobservabilityadmin',
  'cloudsqlreplica',
  'cloudsqlsuperuser',
  'alloydbadmin',
  'alloydbagent',
  'alloydbiamgroupuser',
  'alloydbiamuser',
  'alloydbimportexport',
  'alloydbobservability',
  'alloydbreplica',
  'alloydbsuperuser',
  // Azure Database for PostgreSQL
  'azure_pg_admin',
  'azure_superuser',
  'azuresu',
  // Supabase
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_read_only_user',
  'supabase_replication_admin',
  'supabase_storage_admin',
  // Neon
  'cloud_admin',
  'neon_service',
  'neon_superuser',
]);

export function isProviderRole(name: string): boolean {
  return providerRoles.has(name);
}
