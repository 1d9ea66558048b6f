/** Opening one account, once. */
import { useQueryClient } from '@tanstack/react-query'
import { client, keyed, unwrap } from '@/api/client'
import { keys } from '@/api/keys'
import type { Account, AccountRequest } from '@/api/types'
import { useOnce } from '@/api/useOnce'

export function useOpening() {
  const cache = useQueryClient()
  const once = useOnce<AccountRequest, Account>(
    'paymeter.opening',
    (body, key) =>
      unwrap(client.POST('/api/v1/accounts', { params: { header: keyed(key) }, body })),
    (account) => {
      cache.setQueryData(keys.account(account.id), account)
      void cache.invalidateQueries({ queryKey: keys.accounts })
    },
  )
  return { ...once, open: once.send, accountId: once.answer?.id ?? null }
}
