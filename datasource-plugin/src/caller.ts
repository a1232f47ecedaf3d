/** Reads `GET /api/v1/caller`: whether the caller may do more than read and report. What is not an answer is no. */
export function mayAct(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'role' in json && json.role === 'operate';
}
