/** One sale, once. */
import { useQueryClient } from '@tanstack/react-query'
import { client, keyed, unwrap } from '@/api/client'
import { keys } from '@/api/keys'
import type { Vend, VendRequest } from '@/api/types'
import { useOnce } from '@/api/useOnce'

/** What is remembered of an unanswered sale, for the person to recognise it. */
export interface SaleAttempt {
  request: VendRequest
  meterCode: string
}

export function useSale() {
  const cache = useQueryClient()
  const once = useOnce<SaleAttempt, Vend>(
    'paymeter.sale',
    ({ request }, key) =>
      unwrap(client.POST('/api/v1/vends', { params: { header: keyed(key) }, body: request })),
    (vend) => {
      cache.setQueryData(keys.vend(vend.id), vend)
      void cache.invalidateQueries({ queryKey: keys.vends })
    },
  )
  return { ...once, sell: once.send, vendId: once.answer?.id ?? null }
}
export type Sale = ReturnType<typeof useSale>
