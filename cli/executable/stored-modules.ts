/** The modules that validate, diff and apply rarely need. The executable stores them as text and compiles them when needed. */
export { changeNamespace } from '../actions/change-namespace.ts';
export { doctor } from '../actions/doctor.ts';
export { namespaces } from '../actions/namespaces.ts';
export { reconcile } from '../actions/reconcile.ts';
export { status } from '../actions/status.ts';
export { awsToken } from '../../sources/cloud-tokens/aws.ts';
export { azureToken } from '../../sources/cloud-tokens/azure.ts';
export { gcpToken } from '../../sources/cloud-tokens/gcp.ts';
