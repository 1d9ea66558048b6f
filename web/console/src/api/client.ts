/** The one door to the station: typed by its openapi.json, errors always as ApiError. */
import createClient from 'openapi-fetch'
import { saveFile } from '@/common/saveFile'
import { ApiError, errorFrom, networkError } from './errors'
import type { paths } from './schema'
import type { ImportReport } from './types'

export const client = createClient<paths>({
  baseUrl: location.origin,
  credentials: 'same-origin',
  fetch: (request) => globalThis.fetch(request),
})

/** Requests that change something carry this header (against cross-site forms). */
export const csrf = { 'X-Paymeter-Request': '1' } as const
export const keyed = (key: string) => ({ ...csrf, 'Idempotency-Key': key })

const listeners = new Set<(error: ApiError) => void>()
/** Calls `listener` for errors that concern the session, whatever request met them. */
export function onSessionError(listener: (error: ApiError) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const sessionCodes = new Set(['session_missing', 'password_change_required'])
function report(error: ApiError): ApiError {
  if (sessionCodes.has(error.code)) for (const listener of listeners) listener(error)
  return error
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer's data; throws ApiError. */
export async function unwrap<T>(promise: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await promise
  } catch (cause) {
    throw networkError(cause instanceof Error ? cause.message : '')
  }
  if (answer.response.ok && answer.data !== undefined) return answer.data
  throw report(errorFrom(answer.response.status, answer.error))
}

/** Sends a workbook. A report with issues (422) is an answer here, not an error. */
export async function importWorkbook(file: File, dryRun: boolean): Promise<ImportReport> {
  let response: Response
  try {
    response = await fetch(`/api/v1/imports${dryRun ? '?dry_run=1' : ''}`, {
      method: 'POST',
      headers: { ...csrf, 'Content-Type': 'application/octet-stream' },
      body: file,
    })
  } catch (cause) {
    throw networkError(cause instanceof Error ? cause.message : '')
  }
  const body: unknown = await response.json().catch(() => null)
  const isReport = typeof body === 'object' && body !== null && 'issues' in body
  if ((response.ok || response.status === 422) && isReport) return body as ImportReport
  throw report(errorFrom(response.status, body))
}

/** Sends a workbook and hands back the same workbook with its errors in it. */
export async function downloadAnnotated(file: File): Promise<void> {
  let response: Response
  try {
    response = await fetch('/api/v1/imports/annotated', {
      method: 'POST',
      headers: { ...csrf, 'Content-Type': 'application/octet-stream' },
      body: file,
    })
  } catch (cause) {
    throw networkError(cause instanceof Error ? cause.message : '')
  }
  if (!response.ok)
    throw report(errorFrom(response.status, await response.json().catch(() => null)))
  saveFile(file.name.replace(/(\.xlsx?)?$/i, '-errors.xlsx'), await response.blob())
}

/** Fetches a file so that an error can be shown in place of a broken download. */
export async function download(path: string, name: string): Promise<void> {
  let response: Response
  try {
    response = await fetch(path)
  } catch (cause) {
    throw networkError(cause instanceof Error ? cause.message : '')
  }
  if (!response.ok)
    throw report(errorFrom(response.status, await response.json().catch(() => null)))
  saveFile(name, await response.blob())
}
