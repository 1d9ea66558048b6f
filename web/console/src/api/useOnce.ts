/** One request from form to station: one key per form fill, whatever is clicked, lost or reloaded. */
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { asApiError, type ApiError } from './errors'
import { KeyHolder, type Pending } from './idempotency'

export interface Once<Body, Answer> {
  send: (body: Body) => void
  /** Sends what was not answered again: same key, same content. */
  repeat: () => void
  isSending: boolean
  /** A request whose answer never came. */
  unanswered: Pending<Body> | null
  refused: ApiError | null
  answer: Answer | null
  reset: () => void
}

/** `slot` is where sessionStorage keeps the key until the station has given a definite answer. */
export function useOnce<Body, Answer>(
  slot: string,
  post: (body: Body, key: string) => Promise<Answer>,
  onAnswer: (answer: Answer) => void,
): Once<Body, Answer> {
  const [holder] = useState(() => new KeyHolder<Body>(slot))
  const [unanswered, setUnanswered] = useState(() => holder.pending())
  const [refused, setRefused] = useState<ApiError | null>(null)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const inFlight = useRef(false)
  const act = useMutation({
    mutationFn: ({ key, body }: Pending<Body>) => post(body, key),
    onSuccess: (found) => {
      holder.settled()
      setUnanswered(null)
      onAnswer(found)
      setAnswer(found)
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
  const start = (attempt: Pending<Body>): void => {
    if (inFlight.current) return
    inFlight.current = true
    setRefused(null)
    act.mutate(attempt)
  }
  return {
    send: (body) => start(holder.begin(body)),
    repeat: () => {
      const held = holder.pending()
      if (held) start(held)
    },
    isSending: act.isPending,
    unanswered,
    refused,
    answer,
    reset: () => {
      setRefused(null)
      setAnswer(null)
    },
  }
}
