/** Opening one account: one key per form fill, kept until the station has answered. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client, keyed, unwrap } from '@/api/client'
import { asApiError, type ApiError } from '@/api/errors'
import { KeyHolder, type Pending } from '@/api/idempotency'
import { keys } from '@/api/keys'
import type { AccountRequest } from '@/api/types'

export function useOpening() {
  const cache = useQueryClient()
  const [holder] = useState(() => new KeyHolder<AccountRequest>('paymeter.opening'))
  const [unanswered, setUnanswered] = useState(() => holder.pending())
  const [refused, setRefused] = useState<ApiError | null>(null)
  const [accountId, setAccountId] = useState<number | null>(null)
  const inFlight = useRef(false)
  const post = useMutation({
    mutationFn: ({ key, body }: Pending<AccountRequest>) =>
      unwrap(client.POST('/api/v1/accounts', { params: { header: keyed(key) }, body })),
    onSuccess: (account) => {
      holder.settled()
      setUnanswered(null)
      cache.setQueryData(keys.account(account.id), account)
      void cache.invalidateQueries({ queryKey: keys.accounts })
      setAccountId(account.id)
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
  const send = (attempt: Pending<AccountRequest>): void => {
    if (inFlight.current) return
    inFlight.current = true
    setRefused(null)
    post.mutate(attempt)
  }
  return {
    open: (request: AccountRequest) => send(holder.begin(request)),
    repeat: () => {
      const held = holder.pending()
      if (held) send(held)
    },
    reset: () => {
      setRefused(null)
      setAccountId(null)
    },
    isSending: post.isPending,
    unanswered,
    refused,
    accountId,
  }
}
