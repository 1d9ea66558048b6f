/** What went wrong with a request, with the station's own words in both languages. */
import type { Reason } from './types'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly messageZh: string,
    readonly messageEn: string,
    readonly detail = '',
  ) {
    super(`${code}: ${messageEn}`)
    this.name = 'ApiError'
  }

  text(language: string): string {
    return language.startsWith('zh') ? this.messageZh : this.messageEn
  }

  /** True when nobody can tell whether the station stored the request. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500
  }
}

export const networkError = (detail = ''): ApiError =>
  new ApiError(
    0,
    'network_unreachable',
    '无法连接站控服务，请检查网络后重试',
    'The station cannot be reached. Check the network and try again',
    detail,
  )

interface ErrorBody {
  error?: { code?: string; message_zh?: string; message_en?: string; detail?: string }
}

export function errorFrom(status: number, body: unknown): ApiError {
  const found = typeof body === 'object' && body !== null ? (body as ErrorBody).error : undefined
  if (found?.code) {
    return new ApiError(
      status,
      found.code,
      found.message_zh ?? found.code,
      found.message_en ?? found.code,
      found.detail ?? '',
    )
  }
  return new ApiError(
    status,
    `http_${status}`,
    `站控服务返回了意外的应答（${status}）`,
    `The station gave an unexpected answer (${status})`,
  )
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return networkError(error instanceof Error ? error.message : '')
}

export const reasonText = (reason: Reason | null | undefined, language: string): string =>
  reason ? (language.startsWith('zh') ? reason.message_zh : reason.message_en) : ''
