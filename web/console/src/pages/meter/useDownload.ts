/** Sends the station's settings or prices to one meter. A repeated click is one command. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useState } from 'react'
import { client, keyed, unwrap } from '@/api/client'
import { newKey } from '@/api/idempotency'
import { keys } from '@/api/keys'
import type { Command, DownloadKind } from '@/api/types'
import { useErrorText } from '@/common/views'

export function useDownload(meterId: number, onStored: (command: Command) => void) {
  const { message } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const [key, setKey] = useState(newKey)
  return useMutation({
    mutationFn: (kind: DownloadKind) =>
      unwrap(
        client.POST('/api/v1/meters/{id}/download', {
          params: { path: { id: meterId }, header: keyed(`${key}-${kind}`) },
          body: { kind },
        }),
      ),
    onSuccess: (command) => {
      setKey(newKey())
      cache.setQueryData(keys.command(command.id), command)
      void cache.invalidateQueries({ queryKey: keys.commands })
      onStored(command)
    },
    onError: (error) => message.error(errorText(error)),
  })
}
