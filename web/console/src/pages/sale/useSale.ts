/** One sale from form to station: one key per form fill, whatever is clicked, lost or reloaded. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client, keyed, unwrap } from '@/api/client'
import { asApiError, type ApiError } from '@/api/errors'
import { KeyHolder, type Pending } from '@/api/idempotency'
import { keys } from '@/api/keys'
import type { Vend, VendRequest } from '@/api/types'

/** What is remembered of an unanswered sale, for the person to recognise it. */
export interface SaleAttempt {
  request: VendRequest
  meterCode: string
}

export interface Sale {
  sell: (attempt: SaleAttempt) => void
  /** Sends the unanswered sale again, same key, same content. */
  repeat: () => void
  isSending: boolean
  /** A sale whose answer never came. */
  unanswered: Pending<SaleAttempt> | null
  refused: ApiError | null
  vendId: number | null
  reset: () => void
}

export function useSale(): Sale {
  const cache = useQueryClient()
  const [holder] = useState(() => new KeyHolder<SaleAttempt>('paymeter.sale'))
  const [unanswered, setUnanswered] = useState(() => holder.pending())
  const [refused, setRefused] = useState<ApiError | null>(null)
  const [vendId, setVendId] = useState<number | null>(null)
  const inFlight = useRef(false)
  const post = useMutation({
    mutationFn: ({ key, body }: Pending<SaleAttempt>) =>
      unwrap(
        client.POST('/api/v1/vends', {
          params: { header: keyed(key) },
          body: body.request,
        }),
      ),
    onSuccess: (vend: Vend) => {
      holder.settled()
      setUnanswered(null)
      cache.setQueryData(keys.vend(vend.id), vend)
      void cache.invalidateQueries({ queryKey: keys.vends })
      setVendId(vend.id)
    },
    onError: (cause) => {
      const error = asApiError(cause)
      if (!error.isUncertain) holder.settled()
      setUnanswered(holder.pending())
      setRefused(error)
    },
    onSettled: () => {
      inFlight.current = false
    },
  })
  const send = (attempt: Pending<SaleAttempt>): void => {
    if (inFlight.current) return
    inFlight.current = true
    setRefused(null)
    post.mutate(attempt)
  }
  return {
    sell: (attempt) => send(holder.begin(attempt)),
    repeat: () => {
      const held = holder.pending()
      if (held) send(held)
    },
    isSending: post.isPending,
    unanswered,
    refused,
    vendId,
    reset: () => {
      setRefused(null)
      setVendId(null)
    },
  }
}
